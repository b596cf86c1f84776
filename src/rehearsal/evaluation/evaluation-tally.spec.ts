import { describe, expect, it } from '@jest/globals';
import { Sensitive } from '../../../providers/kit/index.js';
import { ana, factsWith, failing, open, policyWith, withCheck } from '../../../test/support/adjudication-facts.js';
import { decide } from '../../adjudication/decide.js';
import type { AdjudicationFacts, SettledFacts } from '../../adjudication/facts.js';
import { settleFacts } from '../../adjudication/settled-facts.js';
import { addAll } from './evaluation-decisions.js';
import { evaluationPage } from './evaluation-page.js';
import { EvaluationTally, inProduction } from './evaluation-tally.js';

/** As they lie in the database. */
const stored = (facts: AdjudicationFacts): SettledFacts =>
  JSON.parse(JSON.stringify(settleFacts(facts))) as SettledFacts;
const evaluated = (changes: Parameters<typeof factsWith>[0] = {}): AdjudicationFacts =>
  factsWith({
    ...changes,
    policy: { ...policyWith(), ...changes.policy, mode: 'evaluation' },
    recoveryCase: { mode: 'evaluation' },
  });

const PERIOD = { since: new Date('2026-10-27T00:00:00Z'), until: new Date('2026-11-26T00:00:00Z') };
const GOOD = evaluated();
const HELD = evaluated({ policy: policyWith({ hold: { seconds: 60 } }) });
const OTHER = evaluated({
  report: { identity: new Sensitive({ ...ana, familyName: 'Other' }) },
  policy: policyWith({ review: { onFail: 'deny' } }),
});
const BLURRED = withCheck(GOOD, failing('face_match', 'face_blurred'));
const UNSURE = withCheck(GOOD, open('face_match', 'faces_similar_unsure'));
const TWIN = evaluated({ subject: { nameUniqueInDirectory: false } });

describe('what production would have done', () => {
  it('issued nothing, and would have: the facts are the same but for the mode', () => {
    expect(decide(stored(GOOD)).next.name).toBe('finish_evaluation');
    expect(inProduction(stored(GOOD))).toEqual({
      wouldHave: 'approved',
      reasons: [],
      provider: 'clear1',
      approvable: false,
    });
  });

  it.each([
    ['held', HELD, []],
    ['denied', OTHER, ['data_match: name_differs']],
    ['retried', BLURRED, ['face_match: face_blurred']],
    ['referred', TWIN, ['account: name_not_unique']],
    ['referred', UNSURE, ['face_match: faces_similar_unsure']],
  ] as const)('%s', (wouldHave, facts, reasons) => {
    const approvable = facts === UNSURE;
    expect(inProduction(stored(facts))).toEqual({ wouldHave, reasons, provider: 'clear1', approvable });
  });

  it('is unknown where no facts were kept', () => {
    expect(inProduction(null).wouldHave).toBe('unknown');
    expect(inProduction({ ...stored(GOOD), policy: {} as never }).wouldHave).toBe('unknown');
  });

  it('is added up by outcome, reason and provider, with the time it took', () => {
    const tally = new EvaluationTally();
    [GOOD, HELD, BLURRED, TWIN].forEach((facts, at) =>
      tally.add({ caseId: `rc_${at % 3}`, facts: stored(facts), seconds: 10 * (at + 1) }),
    );
    const figures = tally.figures();
    expect(figures).toEqual({
      cases: 3,
      decisions: 4,
      outcomes: ['approved', 'held', 'referred', 'retried'].map((wouldHave) => ({ wouldHave, decisions: 1 })),
      referred: { approvable: 0, notApprovable: 1 },
      reasons: expect.arrayContaining([{ reason: 'account: name_not_unique', decisions: 1 }]),
      providers: [{ provider: 'clear1', decisions: 4, approved: 2, retried: 1 }],
      retryRate: 0.25,
      medianSeconds: 20,
      slowestSeconds: 40,
    });
    const page = evaluationPage('pol_1', { ...figures, ...PERIOD, cut: true });
    expect(page).toContain('4 decisions in 3 cases, opened from 2026-10-27 00:00 UTC until 2026-11-26 00:00 UTC');
    expect(page).toContain('these are the newest of them');
    expect(page).toContain('25 % of the decisions sent the person back');
    expect(page).toContain('account: name not unique');
  });

  it('tells what reviewers could approve from what they could only deny or send back', () => {
    const tally = new EvaluationTally();
    [TWIN, UNSURE, UNSURE].forEach((facts, at) => tally.add({ caseId: `rc_${at}`, facts: stored(facts), seconds: 1 }));
    const figures = tally.figures();
    expect(figures).toMatchObject({
      outcomes: [{ wouldHave: 'referred', decisions: 3 }],
      referred: { approvable: 2, notApprovable: 1 },
    });
    const page = evaluationPage('pol_1', { ...figures, ...PERIOD, cut: false });
    expect(page).toContain('referred, reviewers could approve');
    expect(page).toContain('referred, reviewers could only deny or send back');
  });

  it('is nothing at all before there is a decision', () => {
    const figures = new EvaluationTally().figures();
    expect(figures).toMatchObject({ decisions: 0, retryRate: null, medianSeconds: null, outcomes: [] });
    expect(evaluationPage('pol_1', { ...figures, ...PERIOD, cut: false })).toContain('<p>None.</p>');
  });

  it('is worked out beside others: whoever waits for the thread gets it in between', async () => {
    const decision = { caseId: 'rc_1', facts: stored(GOOD), seconds: 1 };
    let turns = 0;
    let done = false;
    const others = (): void => {
      turns += 1;
      if (!done) setImmediate(others);
    };
    setImmediate(others);
    const tally = new EvaluationTally();
    await addAll(tally, Array<typeof decision>(101).fill(decision));
    done = true;
    expect(tally.figures().decisions).toBe(101);
    expect(turns).toBeGreaterThanOrEqual(4);
  });
});
