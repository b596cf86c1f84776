import { describe, expect, it } from '@jest/globals';
import { Sensitive } from '../../../providers/kit/index.js';
import { ana, factsWith, failing, open, withCheck } from '../../../test/support/adjudication-facts.js';
import { decide } from '../decide.js';
import { consequencesOf, type Consequences } from '../decision.js';
import type { AdjudicationFacts, SettledFacts } from '../facts.js';
import { FINDING_REASONS } from '../reasons.js';
import { RULES_VERSION } from '../rules-version.js';
import { settleFacts } from '../settled-facts.js';
import { replay, type RecordedDecision } from './explain.js';
import { wordsFor } from './reason-words.js';

/** As the database gives it back. */
const stored = (facts: AdjudicationFacts): SettledFacts =>
  JSON.parse(JSON.stringify(settleFacts(facts))) as SettledFacts;

function recorded(facts: AdjudicationFacts, changes: Partial<RecordedDecision> = {}): RecordedDecision {
  const decision = decide(settleFacts(facts));
  const { verdict, bucket, findings } = decision;
  return {
    decisionId: 'dec_1',
    caseId: 'rc_1',
    attempt: 1,
    verdict,
    bucket,
    findings,
    facts: stored(facts),
    consequences: consequencesOf(decision),
    approvals: 0,
    sealed: true,
    decidedBy: 'policy',
    decidedAt: new Date('2026-11-26T00:00:00Z'),
    decidedUnder: 'pol_1@1',
    ...changes,
  };
}

const unsure = withCheck(factsWith(), open('face_match', 'faces_similar_unsure'));
const stranger = factsWith({ subject: { active: false } });

describe('taking a decision again', () => {
  it.each([
    ['an approval', factsWith()],
    ['a referral', unsure],
    ['a denial', stranger],
    ['another picture', withCheck(factsWith(), failing('face_match', 'face_blurred'))],
  ])('gives the same for %s', (_name, facts) => {
    expect(replay(recorded(facts))).toEqual({ outcome: 'same', differences: [], notStored: [] });
  });

  it('keeps nothing of the person in the facts, nor anything sealed', () => {
    const told = {
      identity: {
        givenName: 'Planted-Given',
        familyName: 'Planted-Family',
        birthDate: '1971-11-17',
        nationality: 'UTO',
      },
      document: {
        issuingCountry: 'UTO',
        documentType: 'passport',
        documentNumber: 'PL4NTED42',
        expiryDate: '2041-12-13',
      },
      proofed: { ...ana, documentNumber: 'PR00FED42', issuingCountry: 'UTO' },
    };
    const { identity, document, proofed } = told;
    const facts = stored(
      factsWith({
        report: { identity: new Sensitive(identity), document: new Sensitive(document) },
        proofing: { attributes: new Sensitive(proofed), coolingOff: false, level: 'IAL2' },
        directoryIdentity: new Sensitive({ ...ana, familyName: 'Planted-Directory' }),
      }),
    );
    const text = JSON.stringify(facts);
    expect(text).not.toMatch(
      /\bAna\b|Demo|1980-01-02|planted|pl4nted|pr00fed|1971-11-17|2041-12-13|redacted|sensitive/i,
    );
    expect(facts.attributes.map(({ match }) => match.outcome)).toContain('different');
    expect(Object.keys(facts.report).sort()).toEqual([
      'askedAbout',
      'document',
      'documentType',
      'live',
      'specimen',
      'status',
      'terminal',
    ]);
  });

  it('finds a verdict that the rules do not give', () => {
    const { outcome, differences } = replay(recorded(stranger, { verdict: 'approve', bucket: 'confirmed' }));
    expect(outcome).toBe('differs');
    expect(differences).toEqual(['verdict approve, again deny', 'bucket confirmed, again not_confirmed']);
  });

  it('names each finding that is not found again', () => {
    const before = recorded(unsure);
    const findings = before.findings.map((finding) =>
      finding.about === 'face_match' ? { ...finding, result: 'pass' as const } : finding,
    );
    expect(replay({ ...before, findings }).differences).toEqual([
      'no more: face_match: pass (faces_similar_unsure; report)',
      'only now: face_match: indeterminate (faces_similar_unsure; report)',
    ]);
  });

  it('lets people approve what the rules leave to them, and nothing else', () => {
    const openFace = { ...unsure, policy: { ...unsure.policy, review: { ...unsure.policy.review } } };
    openFace.policy.review.reviewable = ['face_match'];
    const byPeople = { decidedBy: 'rita', verdict: 'approve', bucket: 'confirmed', approvals: 1 } as const;
    expect(replay(recorded(openFace, byPeople)).outcome).toBe('same');
    openFace.policy.review.reviewable = [];
    expect(replay(recorded(openFace, byPeople)).differences).toEqual([
      'approved although the rules leave no approval to anybody',
    ]);
  });

  it.each<[string, Partial<Consequences>, string]>([
    ['reviewers', { reviewersNeeded: 2 }, 'reviewers needed 2, again reviewers needed 1'],
    ['the wait', { holdSeconds: 86_400 }, 'hold 86400 s, again hold 0 s'],
    ['the device', { device: 'unproven' }, 'device unproven, again device proven'],
    [
      'the next step',
      { next: { name: 'hold', holdSeconds: 86_400, reason: 'hold_running' } },
      'next step hold hold_running 86400 s, again next step approve',
    ],
  ])('finds that the rules ask for something else by now: %s', (_what, before, line) => {
    const decision = recorded(factsWith());
    const consequences = { ...consequencesOf(decide(settleFacts(factsWith()))), ...before };
    expect(replay({ ...decision, consequences })).toMatchObject({ outcome: 'differs', differences: [line] });
    const later = { ...decision, consequences, decidedBy: 'hold' };
    expect(replay(later)).toMatchObject({ outcome: 'differs', differences: [line] });
  });

  it('finds an approval for which too few people had said yes', () => {
    const privileged = { ...unsure, subject: { ...unsure.subject, privileged: true } };
    const policy = { ...unsure.policy, review: { ...unsure.policy.review, reviewable: ['face_match' as const] } };
    const byPeople = { decidedBy: 'rita', verdict: 'approve', bucket: 'confirmed' } as const;
    const facts = { ...privileged, policy };
    expect(replay(recorded(facts, { ...byPeople, approvals: 2 })).differences).toEqual([]);
    expect(replay(recorded(facts, { ...byPeople, approvals: 1 })).differences).toEqual([
      'approved by 1 reviewers where the rules ask for 2',
    ]);
    expect(replay(recorded(factsWith(), { decidedBy: 'hold' })).outcome).toBe('same');
  });

  it('says of an old decision what was not stored, and calls that no fault', () => {
    expect(replay(recorded(unsure, { consequences: null }))).toEqual({
      outcome: 'other_rules',
      differences: [],
      notStored: ['next', 'reviewersNeeded', 'device', 'holdSeconds'],
    });
  });

  it('holds a decision of other rules against no rule of today, and finds that its record was altered all the same', () => {
    const today = recorded(stranger);
    const consequences = { ...consequencesOf(decide(settleFacts(stranger))), rules: RULES_VERSION - 1 };
    const older = { ...today, verdict: 'approve', bucket: 'confirmed', consequences } as const;
    expect(replay(older)).toEqual({ outcome: 'other_rules', differences: [], notStored: [] });
    const { rules: _none, ...unversioned } = consequences;
    expect(replay({ ...older, consequences: unversioned }).outcome).toBe('other_rules');
    expect(replay({ ...older, sealed: false })).toMatchObject({
      outcome: 'differs',
      differences: ['the record is not the one that the audit trail names'],
    });
  });

  it('finds an approval of other rules behind which fewer people stand than it asked for itself', () => {
    const { next } = decide(settleFacts(unsure));
    const asked = { ...consequencesOf(decide(settleFacts(unsure))), next, reviewersNeeded: 2, rules: 0 } as const;
    const byPeople = { decidedBy: 'rita', verdict: 'approve', bucket: 'confirmed', consequences: asked } as const;
    expect(replay(recorded(unsure, { ...byPeople, approvals: 2 })).outcome).toBe('other_rules');
    expect(replay(recorded(unsure, { ...byPeople, approvals: 1 })).differences).toEqual([
      'approved by 1 reviewers where the rules ask for 2',
    ]);
  });

  it('says when there is nothing to take it again from, and when the trail names another record', () => {
    expect(replay(recorded(unsure, { facts: null })).outcome).toBe('no_facts');
    expect(replay(recorded(unsure, { sealed: false })).differences).toEqual([
      'the record is not the one that the audit trail names',
    ]);
  });

  it('refuses facts without a policy', () => {
    const facts = { ...stored(unsure), policy: {} as SettledFacts['policy'] };
    expect(replay(recorded(unsure, { facts })).differences).toEqual(['the stored policy is not one']);
  });
});

describe('a finding in words', () => {
  it('is a sentence', () => {
    const finding = { about: 'family_name', result: 'different', reasonCodes: ['name_differs'], method: 'x' } as const;
    expect(wordsFor({ ...finding, reasonCodes: [...finding.reasonCodes] })).toBe(
      'Family name: different – the name is another one.',
    );
  });

  it('says what a passive look at one picture lets through, wherever its result is (T70)', () => {
    const about = 'presentation_attack';
    const seen = wordsFor({ about, result: 'indeterminate', reasonCodes: ['passive_signal_only'], method: 'report' });
    expect(seen).toMatch(/passive signal.*let through 81 % of screens and 54 % of prints/);
  });

  it.each(FINDING_REASONS)('has words of its own for %s', (reason) => {
    const words = wordsFor({ about: 'report', result: 'objects', reasonCodes: [reason], method: 'rule' });
    expect(words).not.toContain(reason.includes('_') ? reason.replaceAll('_', ' ') : '\n');
  });
});
