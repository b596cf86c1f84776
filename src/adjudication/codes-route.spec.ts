import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CHECK_KINDS, Sensitive, type Check } from '../../providers/kit/index.js';
import { failing, factsWith, open, PARTNER_CHECKS, passed, policyWith } from '../../test/support/adjudication-facts.js';
import { SPEAKS_AGAINST } from '../recovery-codes/codes-doubts.js';
import { assuranceOf } from './assurance/assurance.js';
import { CODES_DEVICE, CODES_PROVIDER, NO_REPORT } from './codes-route.js';
import { adjudicate, decide } from './decide.js';
import { consequencesOf, VERDICTS } from './decision.js';
import type { AdjudicationFacts, ShownEvidence } from './facts.js';
import { replay } from './explain/explain.js';
import { FINDING_REASONS, type FindingReason } from './reasons.js';
import { settleFacts } from './settled-facts.js';

const HOLD = { seconds: 0, fairEvidenceSeconds: 60, weakEvidenceSeconds: 3_600 };
const POLICY = policyWith({ matching: { withoutDocument: 'codes' }, hold: HOLD });
const BOTH = { savedCode: true, issuedCode: true };

type Changes = Parameters<typeof factsWith>[0];

/** Somebody at AAL2 who gave both codes, in the browser that gets the passkey. */
function byCodes(changes: Changes = {}): AdjudicationFacts {
  const facts = factsWith({ policy: POLICY, ingredients: BOTH, documentStanding: 'unread', ...changes });
  return {
    ...facts,
    ...{ route: 'codes', report: NO_REPORT, provider: CODES_PROVIDER, device: CODES_DEVICE },
    subject: { ...facts.subject, assuranceLevel: 'AAL2', ...changes?.subject },
    shown: changes?.shown ?? [],
  };
}

/** What a partner said of a document in an earlier attempt. */
const shown = (checks: Check[], changes: Partial<ShownEvidence> = {}): ShownEvidence => {
  const { report } = factsWith();
  const rest = PARTNER_CHECKS.filter((kind) => !checks.some((check) => check.kind === kind)).map(passed);
  return {
    attempt: 1,
    report: { ...report, checks: [...rest, ...checks] },
    withdrawn: false,
    documentStanding: 'new',
    ...changes,
  };
};

describe('an account that comes back by two codes', () => {
  it('is approved after the longest hold, by a finding that says why, and nothing was looked at', () => {
    const decision = adjudicate(byCodes());
    expect(decision).toMatchObject({ verdict: 'approve', bucket: 'confirmed', device: 'proven', holdSeconds: 3_600 });
    expect(decision.next).toEqual({ name: 'hold', holdSeconds: 3_600, reason: 'hold_running' });
    expect(decision.findings).toContainEqual({
      about: 'recovery_codes',
      result: 'pass',
      reasonCodes: ['two_codes_given'],
      method: 'rule',
    });
    const kinds: readonly string[] = CHECK_KINDS;
    const looked = decision.findings.filter(({ about }) => kinds.includes(about));
    expect(looked.map(({ result }) => result)).toEqual(CHECK_KINDS.map(() => 'not_run'));
  });

  it.each([
    ['no code', { savedCode: false, issuedCode: false }],
    ['the saved code alone', { savedCode: true, issuedCode: false }],
    ['the sent code alone', { savedCode: false, issuedCode: true }],
  ])('T61 is not approved with %s, and no reviewer settles it', (_what, ingredients) => {
    const decision = adjudicate(byCodes({ ingredients }));
    expect(decision).toMatchObject({ verdict: 'refer', approvableByReview: false });
    expect(decision.findings.flatMap(({ reasonCodes }) => reasonCodes)).toContain('code_missing');
  });

  it.each<[string, Changes]>([
    ['the policy refuses it', { policy: policyWith({ hold: HOLD }) }],
    ['the account is of AAL3', { subject: { assuranceLevel: 'AAL3' } }],
    ['nobody recorded its strength', { subject: { assuranceLevel: undefined } }],
    ['it is privileged', { subject: { privileged: true } }],
    ['its link was passed on', { recoveryCase: { relayed: true, callConfirmed: true } }],
    ['it was never proofed, and people look at those', { proofing: undefined }],
    [
      'its record was changed this week',
      { proofing: { attributes: new Sensitive({}), coolingOff: true, level: 'IAL2' } },
    ],
    ['it was proofed on site', { proofing: { attributes: new Sensitive({}), coolingOff: false, level: 'IAL3' } }],
    ['it is not active', { subject: { active: false } }],
  ])('T61 is not approved when %s, and no reviewer settles it', (_what, changes) => {
    const decision = adjudicate(byCodes(changes));
    expect(['refer', 'deny']).toContain(decision.verdict);
    expect(decision.approvableByReview).toBe(false);
  });

  it.each<[string, ShownEvidence, string]>([
    ['a forged document', shown([failing('document_authenticity', 'document_not_genuine')]), 'document_not_genuine'],
    ['another face', shown([failing('face_match', 'faces_differ')]), 'faces_differ'],
    ['a mask', shown([open('presentation_attack', 'presentation_attack_suspected')]), 'presentation_attack_suspected'],
    ['another account’s document', shown([], { documentStanding: 'another_account' }), 'document_on_other_account'],
    ['a result that was taken back', shown([], { withdrawn: true }), 'result_withdrawn'],
  ])('T63 does not wave away %s that was shown before', (_what, evidence, reason) => {
    const decision = adjudicate(byCodes({ shown: [evidence] }));
    expect(decision).toMatchObject({ verdict: 'refer', approvableByReview: false });
    const told = decision.findings
      .filter(({ result }) => result === 'objects')
      .flatMap(({ reasonCodes }) => reasonCodes);
    expect(told).toEqual(expect.arrayContaining(['shown_evidence_contradicts', reason]));
    const denies = policyWith({ matching: { withoutDocument: 'codes' }, hold: HOLD, review: { onFail: 'deny' } });
    expect(adjudicate(byCodes({ shown: [evidence], policy: denies })).verdict).toBe('deny');
  });

  it.each(['shown_evidence_unanswered', 'account_refused_lately'] as const)(
    'T63 is not approved over %s, and no reviewer settles it',
    (doubt) => {
      const decision = adjudicate(byCodes({ doubts: [doubt] }));
      expect(decision).toMatchObject({ verdict: 'refer', approvableByReview: false });
      expect(decision.findings).toContainEqual(
        expect.objectContaining({ about: 'recovery_codes', result: 'objects', reasonCodes: [doubt] }),
      );
    },
  );

  it('T63 does not wave away somebody else’s name, nor a specimen', () => {
    const { report } = factsWith();
    const other = {
      ...report,
      identity: new Sensitive({ givenName: 'Iris', familyName: 'Else', birthDate: '1999-09-09' }),
    };
    const specimen = { ...report, document: new Sensitive({ issuingCountry: 'UTO' }) };
    for (const one of [other, specimen])
      expect(adjudicate(byCodes({ shown: [shown([], { report: one })] })).verdict).toBe('refer');
  });

  it('minds neither poor pictures nor a document that has expired: that is why nobody has one', () => {
    const poor = shown([failing('face_match', 'face_blurred'), failing('document_expiry', 'document_expired')]);
    expect(adjudicate(byCodes({ shown: [poor] })).verdict).toBe('approve');
  });

  it('may claim that two codes were given in this browser, and nothing of a document or a person', () => {
    const { claimed, notClaimed } = assuranceOf(settleFacts(byCodes()));
    expect(claimed).toEqual([
      { claim: 'device_bound', clause: 'SP 800-63B-4, 4.1.2.2', checks: [] },
      { claim: 'two_codes', clause: 'SP 800-63B-4, 4.2.2.2', checks: [] },
    ]);
    expect(notClaimed.map(({ claim }) => claim)).toEqual(
      expect.arrayContaining(['ial1_evidence', 'repeated_proofing']),
    );
    expect(new Set(notClaimed.map(({ because }) => because)).size).toBe(1);
  });

  it('is decided the same from its stored facts, and ones of before there were two routes are by document', () => {
    const facts = JSON.parse(JSON.stringify(settleFacts(byCodes()))) as ReturnType<typeof settleFacts>;
    const decision = decide(facts);
    const { verdict, bucket, findings } = decision;
    const record = { decisionId: 'd', caseId: 'c', attempt: 1, decidedAt: new Date(0), decidedUnder: 'p@1' };
    const kept = { facts, consequences: consequencesOf(decision), approvals: 0, sealed: true };
    const stored = { ...record, verdict, bucket, findings, ...kept, decidedBy: 'policy' };
    expect(replay(stored)).toEqual({ outcome: 'same', differences: [], notStored: [] });
    expect(decide(settleFacts(factsWith())).verdict).toBe('approve');
    const { route: _route, ...before } = facts;
    expect(decide(before).verdict).not.toBe('approve');
  });
});

describe('two codes, whatever else is known', () => {
  const reports = fc
    .array(
      fc.record({
        kind: fc.constantFrom(...CHECK_KINDS),
        result: fc.constantFrom<Check['result']>('pass', 'fail', 'indeterminate', 'not_run'),
        reasonCodes: fc.constantFrom<Check['reasonCodes'][]>(
          [],
          ['ok'],
          ['faces_differ'],
          ['face_blurred'],
          ['injection_suspected'],
        ),
      }),
      { maxLength: 4 },
    )
    .map((checks) => shown(checks));
  const facts = fc
    .record({
      ingredients: fc.constantFrom(BOTH, BOTH, ...[true, false].map((savedCode) => ({ savedCode, issuedCode: false }))),
      assuranceLevel: fc.constantFrom('AAL1', 'AAL2', 'AAL3', undefined, 'AAL9'),
      privileged: fc.constantFrom(false, false, true),
      relayed: fc.constantFrom(false, false, true),
      level: fc.constantFrom('IAL1', 'IAL2', 'IAL3', undefined),
      withoutDocument: fc.constantFrom('refuse', 'codes'),
      unproofed: fc.constantFrom('refuse', 'review', 'codes'),
      evidence: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.array(reports, { maxLength: 2 })),
    })
    .map(({ ingredients, assuranceLevel, privileged, relayed, level, withoutDocument, unproofed, evidence }) =>
      byCodes({
        ingredients,
        subject: { assuranceLevel, privileged },
        recoveryCase: { relayed, callConfirmed: relayed },
        proofing: level ? { attributes: new Sensitive({}), coolingOff: false, level } : undefined,
        policy: policyWith({ matching: { withoutDocument, unproofed }, hold: HOLD, relay: { allowed: true } }),
        shown: evidence,
      }),
    );
  const rank = (one: AdjudicationFacts): number => VERDICTS.indexOf(adjudicate(one).verdict);

  it('T61 approve with both codes only, never above AAL2, and never without leave of the policy', () => {
    let approvals = 0;
    fc.assert(
      fc.property(facts, (one) => {
        const { verdict, next } = adjudicate(one);
        if (verdict !== 'approve') return;
        approvals += 1;
        expect(one.ingredients).toEqual(BOTH);
        expect(['AAL1', 'AAL2']).toContain(one.subject.assuranceLevel);
        expect([one.subject.privileged, one.recoveryCase.relayed]).toEqual([false, false]);
        expect(one.policy.matching.withoutDocument).toBe('codes');
        expect(next).toMatchObject({ name: 'hold' });
      }),
      { numRuns: 6_000 },
    );
    expect(approvals).toBeGreaterThan(40);
  });

  it('T63 never approve more when more was shown, nor when a code is missing', () => {
    fc.assert(
      fc.property(facts, reports, fc.constantFrom('savedCode' as const, 'issuedCode' as const), (one, more, code) => {
        const before = rank(one);
        expect(rank({ ...one, shown: [...(one.shown ?? []), more] })).toBeGreaterThanOrEqual(before);
        expect(rank({ ...one, ingredients: { ...one.ingredients, [code]: false } })).toBeGreaterThanOrEqual(before);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('what speaks against codes in another case', () => {
  it('T63 is named as findings name it', () => {
    const named: readonly FindingReason[] = SPEAKS_AGAINST;
    expect(FINDING_REASONS).toEqual(expect.arrayContaining([...named]));
  });
});
