import { describe, expect, it } from '@jest/globals';
import { CHECK_KINDS, Sensitive, type Check, type CheckKind, type CheckReason } from '../../providers/kit/index.js';
import {
  ana,
  factsWith,
  localFacts,
  open,
  PARTNER_CHECKS,
  passed,
  policyWith,
  withCheck,
} from '../../test/support/adjudication-facts.js';
import { PolicyDocument } from '../policy/policy.js';
import { adjudicate, decide } from './decide.js';
import { VERDICTS, type Decision } from './decision.js';
import type { SettledFacts } from './facts.js';
import { settleFacts } from './settled-facts.js';

/** Every way of saying nothing about an attack. */
const silentAbout = (kind: CheckKind): [string, Check[]][] => [
  ['leaves it out', []],
  ['did not run it', [{ kind, result: 'not_run', reasonCodes: ['not_supported_by_provider'] }]],
  ['cannot tell', [open(kind, 'partner_undecided')]],
];

describe.each([
  ['T70', 'presentation_attack'],
  ['T71', 'injection_attack'],
] as const)('%s: without an outcome of %s nobody is let in', (_threat, kind) => {
  const rest = [...PARTNER_CHECKS, 'injection_attack' as const].filter((other) => other !== kind);
  const policy = policyWith({ requiredChecks: [...rest, kind, 'data_match'] });

  it('not by a partner’s report that passes everything else', () => {
    expect(adjudicate(factsWith({ policy, report: { checks: [...rest, kind].map(passed) } })).verdict).toBe('approve');
  });

  it.each(silentAbout(kind))('by a partner that %s', (_way, said) => {
    const decision = adjudicate(factsWith({ policy, report: { checks: [...rest.map(passed), ...said] } }));
    expect(decision).toMatchObject({ verdict: 'refer', approvableByReview: false, next: { name: 'refer' } });
  });

  it.each(silentAbout(kind))('by our own machine that %s, however alike the faces are', (_way, said) => {
    const unrun = CHECK_KINDS.filter((other) => !['face_match', 'reference_portrait_match', kind].includes(other));
    const own = policyWith({ providers: ['local'], requiredChecks: CHECK_KINDS, waivedChecks: unrun });
    const checks = localFacts().report.checks.filter((check) => check.kind !== kind);
    const decision = adjudicate(localFacts({ policy: own, report: { checks: [...checks, ...said] } }));
    expect(decision).toMatchObject({ verdict: 'refer', approvableByReview: false });
  });

  it('and a suspicion stands in the way even where nobody asked for the check', () => {
    const lax = policyWith({ requiredChecks: ['face_match', 'data_match'] });
    const suspected: Check = { kind, result: 'fail', reasonCodes: ['injection_suspected'] };
    expect(adjudicate(withCheck(factsWith({ policy: lax }), suspected)).verdict).toBe('refer');
  });
});

describe('T66, T70, T71: a suspicion stands in the way where the policy asked for no such look', () => {
  const policy = policyWith({ requiredChecks: ['face_match', 'data_match'] });

  it.each<[CheckKind, CheckReason]>([
    ['presentation_attack', 'presentation_attack_suspected'],
    ['injection_attack', 'injection_suspected'],
    ['document_authenticity', 'document_copy_suspected'],
    ['document_data_consistency', 'document_inconsistent'],
  ])('%s: %s', (kind, reason) => {
    const seen = (reasonCodes: CheckReason[]) =>
      adjudicate(
        factsWith({
          policy,
          report: { checks: [passed('face_match'), { kind, result: 'indeterminate', reasonCodes }] },
        }),
      ).verdict;
    expect(seen([reason])).toBe('refer');
    expect(seen(['partner_undecided', reason])).toBe('refer');
    expect(seen(['partner_undecided'])).toBe('approve');
  });

  it('T70 also where its provider says that it did not run the check, and where the policy waives it', () => {
    const check: Check = {
      kind: 'presentation_attack',
      result: 'not_run',
      reasonCodes: ['presentation_attack_suspected'],
    };
    for (const waivedChecks of [[], ['presentation_attack']]) {
      const own = policyWith({ requiredChecks: ['face_match', 'data_match', ...waivedChecks], waivedChecks });
      const facts = factsWith({ policy: own, report: { checks: [passed('face_match'), check] } });
      expect(adjudicate(facts)).toMatchObject({ verdict: 'refer', approvableByReview: false });
    }
  });
});

describe('T66: a document that seems to disagree with itself', () => {
  const decided = (
    result: Check['result'],
    reasonCodes: CheckReason[],
    more: { asked?: boolean; attempt?: number } = {},
  ): Decision => {
    const requiredChecks: CheckKind[] = ['face_match', ...(more.asked ? ['document_data_consistency' as const] : [])];
    const policy = policyWith({ requiredChecks, review: { reviewable: ['document_data_consistency'] } });
    const check: Check = { kind: 'document_data_consistency', result, reasonCodes };
    const recoveryCase = { attempt: more.attempt ?? 1 };
    return adjudicate(factsWith({ policy, recoveryCase, report: { checks: [passed('face_match'), check] } }));
  };
  const told = ({ findings }: Decision) => findings.filter(({ result }) => result === 'told');

  it.each([true, false])('in a poor picture is photographed anew, and nothing says why (asked for: %s)', (asked) => {
    const decision = decided('indeterminate', ['document_inconsistent', 'document_glare'], { asked });
    expect(decision).toMatchObject({ verdict: 'retry', bucket: 'unreadable_document', approvableByReview: false });
    expect(told(decision).map(({ reasonCodes }) => reasonCodes)).toEqual([['glare']]);
    // What was noticed stays on record.
    const finding = decision.findings.find(({ about }) => about === 'document_data_consistency');
    expect(finding?.reasonCodes).toEqual(['document_inconsistent', 'document_glare']);
  });

  it.each([true, false])('is looked at by people once the attempts are used (asked for: %s)', (asked) => {
    const decision = decided('indeterminate', ['document_inconsistent', 'document_glare'], { asked, attempt: 3 });
    expect(decision).toMatchObject({
      verdict: 'refer',
      approvableByReview: true,
      next: { reason: 'attempts_exhausted' },
    });
  });

  it.each<[string, Check['result'], CheckReason[]]>([
    ['in a good picture', 'indeterminate', ['document_inconsistent']],
    ['beyond doubt', 'fail', ['document_inconsistent', 'document_glare']],
    ['beside a poor picture of the face', 'indeterminate', ['document_inconsistent', 'face_blurred']],
    ['beside a suspicion', 'indeterminate', ['document_inconsistent', 'document_copy_suspected', 'document_glare']],
    ['beside what no picture mends', 'indeterminate', ['document_inconsistent', 'data_missing', 'document_glare']],
    ['according to one who did not look', 'not_run', ['document_inconsistent', 'document_glare']],
  ])('%s is looked at by people at once', (_how, result, reasonCodes) => {
    for (const asked of [true, false]) expect(decided(result, reasonCodes, { asked }).verdict).toBe('refer');
  });
});

/** How somebody gets in: by nobody’s leave, by reviewers’, or not at all. */
const WAYS = ['alone', 'by reviewers', 'no way'] as const;
const wayOf = ({ verdict, approvableByReview }: Decision): (typeof WAYS)[number] =>
  verdict === 'approve' ? 'alone' : approvableByReview ? 'by reviewers' : 'no way';

/** From best to worst; the answers of one place are as bad as each other. */
const ANSWERS: [Check['result'], CheckReason[]][][] = [
  [['pass', ['ok']]],
  [
    ['indeterminate', ['partner_undecided']],
    ['indeterminate', ['passive_signal_only']],
  ],
  [
    ['not_run', ['not_supported_by_provider']],
    ['not_run', ['injection_suspected']],
    ['indeterminate', ['presentation_attack_suspected', 'passive_signal_only']],
    ['indeterminate', ['injection_suspected']],
    ['indeterminate', ['partner_undecided', 'document_copy_suspected']],
    // Speaks against the person as well, but readers misread: people may look at what does not agree.
    ['indeterminate', ['document_inconsistent']],
  ],
  [
    ['fail', ['faces_differ']],
    ['fail', ['injection_suspected']],
    ['fail', ['document_blurred']],
  ],
];

/** Every kind of policy and of provider that has a say in what one check’s answer leads to. */
function* factsAbout(kind: CheckKind): Generator<SettledFacts> {
  const others = CHECK_KINDS.filter((other) => other !== kind);
  for (const asked of [[kind], others.slice(0, 1)])
    for (const waived of [[kind], []])
      for (const reviewable of [[kind, ...others], others])
        for (const onFail of ['retry', 'review', 'deny'])
          for (const local of [true, false])
            for (const odd of [true, false])
              for (const attempt of [1, 3]) {
                const policy = PolicyDocument.parse({
                  ...{ name: 'P', providers: ['p'], requiredChecks: asked, waivedChecks: waived },
                  review: { reviewable, onFail },
                });
                yield settleFacts(
                  factsWith({
                    policy,
                    report: { checks: CHECK_KINDS.map(passed) },
                    provider: { id: 'p', local, role: odd ? 'fallback' : 'first' },
                    subject: { privileged: odd && attempt === 3 },
                    recoveryCase: { attempt },
                  }),
                );
              }
}

const having = (facts: SettledFacts, { kind, ...answer }: Check): SettledFacts => ({
  ...facts,
  checks: { ...facts.checks, [kind]: { kind, ...answer, method: 'report' } },
});

describe.each(CHECK_KINDS)('T70, T71: being noticed never helps: %s', (kind) => {
  it('leads no better from a pass over an open answer to none or a suspicion, and from there to a failure', () => {
    const met = new Set<string>();
    const better: string[] = [];
    for (const facts of factsAbout(kind)) {
      // While tries remain another one follows what a new picture may mend: what that leads to is compared at the last.
      const lastTry = facts.recoveryCase.attempt === 3;
      const decided = ANSWERS.map((answers) =>
        answers.map(([result, reasonCodes]) => {
          const decision = decide(having(facts, { kind, result, reasonCodes }));
          met.add(`${result} ${wayOf(decision)}`);
          return { way: WAYS.indexOf(wayOf(decision)), verdict: VERDICTS.indexOf(decision.verdict), reasonCodes };
        }),
      );
      for (const [place, answers] of decided.entries())
        for (const one of decided[place - 1] ?? [])
          for (const worse of answers)
            if (worse.way < one.way || (lastTry && worse.verdict < one.verdict))
              better.push(
                `${worse.reasonCodes.join()} than ${one.reasonCodes.join()}: ${JSON.stringify(facts.policy.review)}`,
              );
    }
    expect(better).toEqual([]);
    expect([...met]).toEqual(expect.arrayContaining(['pass alone', 'indeterminate by reviewers', 'not_run no way']));
  });

  it('is settled by nobody once an attack was suspected, whatever the policy lets people settle', () => {
    const attacks = (ANSWERS[2] ?? []).filter(
      ([result, codes]) => result !== 'not_run' && !codes.includes('document_inconsistent'),
    );
    const outcomes = new Set<string>();
    for (const facts of factsAbout(kind))
      for (const [result, reasonCodes] of attacks) {
        const { verdict, approvableByReview } = decide(having(facts, { kind, result, reasonCodes }));
        outcomes.add(`${verdict} ${approvableByReview}`);
      }
    expect([...outcomes]).toEqual(['refer false']);
  });
});

describe('T70: the own machine’s passive look, which saw nothing', () => {
  const seen = open('presentation_attack', 'passive_signal_only');
  const required = [...PARTNER_CHECKS.filter((kind) => kind !== 'document_authenticity'), 'data_match' as const];
  const named = policyWith({
    providers: ['local', 'clear1'],
    requiredChecks: required,
    review: { reviewable: ['face_match', 'data_match', 'presentation_attack'] },
  });
  const seenBy = (changes: Parameters<typeof factsWith>[0] = {}) =>
    adjudicate(
      factsWith({
        policy: named,
        ...changes,
        report: { checks: [...CHECK_KINDS.filter((kind) => kind !== 'presentation_attack').map(passed), seen] },
        provider: { id: 'local', local: true, ...changes.provider },
      }),
    );

  it.each(['first', 'fallback'] as const)('asked %s lets nobody in alone, and two reviewers may', (role) => {
    expect(seenBy({ provider: { role } })).toMatchObject({
      verdict: 'refer',
      approvableByReview: true,
      reviewersNeeded: 2,
    });
  });

  it('is settled by nobody where the policy does not name the check', () => {
    const policy = policyWith({ providers: ['local', 'clear1'], requiredChecks: required });
    expect(seenBy({ policy })).toMatchObject({ verdict: 'refer', approvableByReview: false });
  });

  it('T62 is settled by nobody for a privileged account, which waits for a partner', () => {
    expect(seenBy({ subject: { privileged: true } })).toMatchObject({ verdict: 'refer', approvableByReview: false });
  });

  it('is waived where its absence is, which would be no better', () => {
    const policy = policyWith({
      ...{ providers: ['local'], requiredChecks: required, waivedChecks: ['presentation_attack'] },
    });
    const decision = seenBy({ policy });
    expect(decision.verdict).toBe('approve');
    expect(decision.findings.find(({ about }) => about === 'presentation_attack')).toMatchObject({
      result: 'indeterminate',
      reasonCodes: ['passive_signal_only', 'waived_by_policy'],
    });
  });
});

describe('how many reviewers settle', () => {
  const needed = (kind: CheckKind) =>
    adjudicate(
      withCheck(
        factsWith({ policy: policyWith({ requiredChecks: [kind], review: { reviewable: [kind] } }) }),
        open(kind, 'partner_undecided'),
      ),
    );

  it.each(['data_match', 'presentation_attack', 'injection_attack'] as const)(
    'T63, T70, T71: two of them, whatever the policy says, where %s is open',
    (kind) => {
      expect(needed(kind)).toMatchObject({ verdict: 'refer', approvableByReview: true, reviewersNeeded: 2 });
    },
  );

  it.each([
    ['is not on record', { proofing: { birthDate: undefined } }, false],
    ['was not read', { shown: { birthDate: undefined } }, false],
    ['is known in part on one side', { proofing: { birthDate: '1980-01-00' } }, true],
    ['agrees', {}, true],
  ])('T63, T65: two of them settle how a name is written, whoever’s birth date %s: %#', (_how, sides, settled) => {
    const { proofing = {}, shown = {} }: { proofing?: object; shown?: object } = sides;
    const decision = adjudicate(
      factsWith({
        proofing: {
          attributes: new Sensitive({ ...ana, familyName: 'Παπαδόπουλος', ...proofing }),
          ...{ coolingOff: false, level: 'IAL2' },
        },
        report: { identity: new Sensitive({ ...ana, familyName: 'Papadopoulos', ...shown }) },
      }),
    );
    expect(decision).toMatchObject({ verdict: 'refer', approvableByReview: settled });
    if (settled) expect(decision.reviewersNeeded).toBe(2);
  });

  it('nobody settles a name or a birth date that differs, under any policy', () => {
    const policy = policyWith({ review: { reviewable: CHECK_KINDS, onFail: 'review' } });
    for (const other of [{ familyName: 'Other' }, { birthDate: '1980-01-03' }]) {
      const facts = factsWith({ policy, report: { identity: new Sensitive({ ...ana, ...other }) } });
      expect(adjudicate(facts)).toMatchObject({ verdict: 'refer', approvableByReview: false });
    }
  });

  it('one of them, where the policy says so, an open comparison of faces', () => {
    expect(needed('face_match')).toMatchObject({ approvableByReview: true, reviewersNeeded: 1 });
  });
});
