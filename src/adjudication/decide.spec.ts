import { describe, expect, it } from '@jest/globals';
import { CHECK_KINDS, Sensitive, type Check } from '../../providers/kit/index.js';
import {
  ana,
  failing,
  factsWith,
  localFacts,
  open,
  PARTNER_CHECKS,
  passed,
  policyWith,
  withCheck,
} from '../../test/support/adjudication-facts.js';
import { adjudicate } from './decide.js';
import type { Decision, Finding } from './decision.js';

const findingOf = (decision: Decision, about: Finding['about']) =>
  decision.findings.find((finding) => finding.about === about);
const told = (decision: Decision) => decision.findings.find((finding) => finding.result === 'told')?.reasonCodes ?? [];

describe('a partner’s report', () => {
  it('is approved when every required check passed and the data are this account’s', () => {
    const decision = adjudicate(factsWith());
    expect(decision).toMatchObject({ verdict: 'approve', bucket: 'confirmed', next: { name: 'approve' } });
    expect(findingOf(decision, 'data_match')).toMatchObject({ result: 'pass', method: 'proofing_record' });
    expect(findingOf(decision, 'birth_date')).toMatchObject({ result: 'exact' });
    expect(findingOf(decision, 'injection_attack')).toMatchObject({
      result: 'not_run',
      reasonCodes: ['check_missing'],
    });
  });

  it.each(PARTNER_CHECKS)('is not approved without %s, in whatever way it is missing (T38)', (kind) => {
    const rest = PARTNER_CHECKS.filter((other) => other !== kind).map(passed);
    const ways: Check[][] = [
      rest,
      [...rest, failing(kind, 'partner_undecided')],
      [...rest, open(kind, 'partner_undecided')],
      [...rest, { kind, result: 'not_run', reasonCodes: ['not_requested'] }],
      [...rest, passed(kind), passed(kind)],
      [...rest, passed(kind), failing(kind, 'manual_review_requested')],
      [...rest, { kind, result: 'PASSED' as never, reasonCodes: ['ok'] }],
      [...rest, { kind, result: 'pass', reasonCodes: ['manual_review_requested'] }],
      [...rest, { kind, result: undefined as never, reasonCodes: undefined as never }],
    ];
    for (const checks of ways) expect(adjudicate(factsWith({ report: { checks } })).verdict).not.toBe('approve');
  });

  it.each([
    { what: 'the name', identity: { ...ana, familyName: 'Other' }, about: 'family_name', reason: 'name_differs' },
    {
      what: 'the birth date',
      identity: { ...ana, birthDate: '1980-02-01' },
      about: 'birth_date',
      reason: 'birth_date_differs',
    },
  ] as const)('of somebody else goes to review without a word to the person: $what (T63)', (row) => {
    const decision = adjudicate(factsWith({ report: { identity: new Sensitive(row.identity) } }));
    expect(decision).toMatchObject({ verdict: 'refer', bucket: 'needs_review', approvableByReview: false });
    expect(findingOf(decision, row.about)).toMatchObject({ result: 'different', reasonCodes: [row.reason] });
    expect(told(decision)).toEqual([]);
  });

  it('of somebody else is denied where the policy denies', () => {
    const policy = policyWith({ review: { onFail: 'deny' } });
    const decision = adjudicate(
      factsWith({ policy, report: { identity: new Sensitive({ ...ana, givenName: 'Eve' }) } }),
    );
    expect(decision).toMatchObject({
      verdict: 'deny',
      bucket: 'not_confirmed',
      next: { name: 'deny', reason: 'not_confirmed' },
    });
  });

  it('that does not read data leaves the data match open to nobody', () => {
    const decision = adjudicate(factsWith({ report: { identity: undefined } }));
    expect(decision).toMatchObject({ verdict: 'refer', approvableByReview: false });
    expect(findingOf(decision, 'data_match')).toMatchObject({ result: 'not_run', reasonCodes: ['data_missing'] });
  });

  it('whose picture left nothing to compare asks for another one, until there are no more attempts', () => {
    const unread = { report: { identity: undefined } };
    const blurred = (attempt: number) =>
      adjudicate(
        withCheck(factsWith({ ...unread, recoveryCase: { attempt } }), {
          kind: 'data_match',
          result: 'indeterminate',
          reasonCodes: ['document_blurred'],
        }),
      );
    expect(blurred(1)).toMatchObject({ verdict: 'retry', bucket: 'unreadable_document' });
    expect(blurred(3)).toMatchObject({ verdict: 'refer', approvableByReview: false });
    const unsure = withCheck(factsWith(unread), {
      kind: 'data_match',
      result: 'indeterminate',
      reasonCodes: ['partner_undecided'],
    });
    expect(findingOf(adjudicate(unsure), 'data_match')).toMatchObject({ result: 'not_run' });
  });

  it('may have compared the data itself, but only all of it', () => {
    const checks = [...PARTNER_CHECKS.map(passed), passed('data_match')];
    const report = { identity: undefined, checks };
    const all = factsWith({ report: { ...report, matchedOnly: ['givenName', 'familyName', 'birthDate'] } });
    const some = factsWith({ report: { ...report, matchedOnly: ['givenName', 'familyName'] } });
    expect(adjudicate(all).verdict).toBe('approve');
    expect(adjudicate(some).verdict).toBe('refer');
  });

  it('is not saved by a provider’s own opinion of the data', () => {
    const theirs = withCheck(
      factsWith({ report: { identity: new Sensitive({ ...ana, givenName: 'Eve' }) } }),
      passed('data_match'),
    );
    expect(adjudicate(theirs).verdict).toBe('refer');
    expect(adjudicate(withCheck(factsWith(), failing('data_match', 'name_differs'))).verdict).toBe('refer');
  });

  it('about an expired document is not approved, whatever the provider concluded', () => {
    const decision = adjudicate(factsWith({ report: { document: new Sensitive({ expiryDate: '2026-11-21' }) } }));
    expect(decision).toMatchObject({ verdict: 'retry', bucket: 'expired_document' });
    expect(adjudicate(factsWith({ report: { document: new Sensitive({ expiryDate: '2026-11-22' }) } })).verdict).toBe(
      'approve',
    );
  });

  it('about a specimen is approved only where specimens are allowed', () => {
    const report = { document: new Sensitive({ issuingCountry: 'UTO' }) };
    expect(adjudicate(factsWith({ report })).verdict).toBe('refer');
    expect(adjudicate(factsWith({ report, policy: policyWith({ allowSpecimens: true }) })).verdict).toBe('approve');
  });

  it('from a test environment confirms nobody in production', () => {
    const provenance = { adapterVersion: 't', live: false, checkedAt: '' };
    expect(adjudicate(factsWith({ report: { provenance } })).verdict).toBe('refer');
    expect(adjudicate(factsWith({ report: { provenance }, liveOnly: false })).verdict).toBe('approve');
  });

  it.each([
    ['cancelled', 'retry', 'verification_abandoned'],
    ['expired', 'retry', 'verification_abandoned'],
    ['failed', 'refer', 'reviewer_needed'],
    ['pending', 'refer', 'reviewer_needed'],
    ['unheard_of', 'refer', 'reviewer_needed'],
  ])('that ended as %s is %s, however good its checks look', (status, verdict, reason) => {
    const decision = adjudicate(factsWith({ report: { status: status as never } }));
    expect(decision).toMatchObject({ verdict, next: { reason } });
    expect(told(decision)).toEqual([]);
  });

  it('that is not final is not approved', () => {
    expect(adjudicate(factsWith({ report: { terminal: false } })).verdict).toBe('refer');
  });

  it('T45 by a provider whose results look too good waits for a reviewer, who may settle it', () => {
    const decision = adjudicate(factsWith({ provider: { underWatch: true } }));
    expect(decision).toMatchObject({ verdict: 'refer', approvableByReview: true });
    expect(findingOf(decision, 'provider')?.reasonCodes).toEqual(['provider_under_watch']);
  });

  it('by a provider that one of the two policies does not name is not approved', () => {
    expect(adjudicate(factsWith({ policy: policyWith({ providers: ['idemia'] }) })).verdict).toBe('refer');
    expect(adjudicate(factsWith({ policy: { ...policyWith(), providers: [] } })).verdict).toBe('refer');
  });

  it('with a failed check that nobody asked for is not approved', () => {
    expect(adjudicate(withCheck(factsWith(), failing('injection_attack', 'injection_suspected'))).verdict).toBe(
      'refer',
    );
    expect(adjudicate(withCheck(factsWith(), open('injection_attack', 'partner_undecided'))).verdict).toBe('approve');
  });
});

describe('the local path (rule 7)', () => {
  it('asked first may approve alone when selfie, document and record agree', () => {
    const decision = adjudicate(localFacts());
    expect(decision).toMatchObject({ verdict: 'approve', next: { name: 'approve' } });
    expect(findingOf(decision, 'data_match')?.reasonCodes).toContain('waived_by_policy');
  });

  it.each(['face_match', 'reference_portrait_match'] as const)(
    'never approves without %s, even when it is waived',
    (kind) => {
      const policy = policyWith({
        providers: ['local'],
        requiredChecks: ['document_expiry'],
        waivedChecks: CHECK_KINDS,
        matching: { require: ['data'] },
      });
      const missing = withCheck(localFacts({ policy }), { kind, result: 'not_run', reasonCodes: ['not_requested'] });
      expect(adjudicate(localFacts({ policy })).verdict).toBe('approve');
      expect(adjudicate(missing)).toMatchObject({ verdict: 'refer', approvableByReview: false });
    },
  );

  it('as a fallback always goes to two reviewers (T62)', () => {
    const decision = adjudicate(localFacts({ provider: { role: 'fallback' } }));
    expect(decision).toMatchObject({ verdict: 'refer', approvableByReview: true, reviewersNeeded: 2 });
    expect(findingOf(decision, 'provider')?.reasonCodes).toEqual(['local_as_fallback']);
  });

  it('for a privileged account always goes to two reviewers', () => {
    const decision = adjudicate(localFacts({ subject: { privileged: true } }));
    expect(decision).toMatchObject({ verdict: 'refer', approvableByReview: true, reviewersNeeded: 2 });
  });

  it('without a portrait on record is not approved by anybody', () => {
    const facts = withCheck(localFacts(), {
      kind: 'reference_portrait_match',
      result: 'not_run',
      reasonCodes: ['no_reference_on_record'],
    });
    expect(adjudicate(facts)).toMatchObject({ verdict: 'refer', approvableByReview: false });
  });

  it('sends an unclear selfie back, saying what was unclear', () => {
    const facts = withCheck(
      localFacts(),
      failing('face_match', 'face_blurred'),
      failing('reference_portrait_match', 'face_blurred'),
    );
    const decision = adjudicate(facts);
    expect(decision).toMatchObject({
      verdict: 'retry',
      bucket: 'face_unclear',
      next: { reason: 'capture_to_be_repeated' },
    });
    expect(told(decision)).toEqual(['face_unclear']);
  });

  it('sends another person’s selfie back as a face that does not match', () => {
    const facts = withCheck(
      localFacts(),
      failing('face_match', 'faces_differ'),
      failing('reference_portrait_match', 'faces_differ'),
    );
    const decision = adjudicate(facts);
    expect(decision).toMatchObject({ verdict: 'retry', bucket: 'face_no_match' });
    expect(told(decision)).toEqual(['face_no_match']);
  });

  it('does not tell the bearer of a genuine document that the record’s portrait differs', () => {
    const decision = adjudicate(withCheck(localFacts(), failing('reference_portrait_match', 'faces_differ')));
    expect(decision).toMatchObject({ verdict: 'retry', bucket: 'face_unclear' });
    expect(told(decision)).toEqual(['face_unclear']);
  });
});

describe('attempts (T75)', () => {
  const unreadable = failing('document_authenticity', 'document_unreadable');
  const last = { attempt: 3 };

  it('are offered while they last, then the policy’s answer stands', () => {
    expect(adjudicate(withCheck(factsWith(), unreadable)).verdict).toBe('retry');
    expect(adjudicate(withCheck(factsWith({ recoveryCase: last }), unreadable))).toMatchObject({
      verdict: 'deny',
      next: { name: 'deny', reason: 'attempts_exhausted' },
    });
    const policy = policyWith({ review: { onFail: 'review' } });
    expect(adjudicate(withCheck(factsWith({ recoveryCase: last, policy }), unreadable))).toMatchObject({
      verdict: 'refer',
      approvableByReview: false,
      next: { name: 'refer', reason: 'attempts_exhausted' },
    });
  });

  it.each([
    failing('face_match', 'faces_differ'),
    failing('face_match', 'face_blurred'),
    failing('reference_portrait_match', 'faces_differ'),
    failing('presentation_attack', 'presentation_attack_suspected'),
  ])('of a face are followed by people, who can settle nothing, unless the policy denies: %j', (check) => {
    const lastTry = (onFail?: 'retry' | 'review' | 'deny') =>
      adjudicate(withCheck(factsWith({ recoveryCase: last, policy: policyWith({ review: { onFail } }) }), check));
    expect(adjudicate(withCheck(factsWith(), check)).verdict).toBe('retry');
    for (const onFail of [undefined, 'retry', 'review'] as const)
      expect(lastTry(onFail)).toMatchObject({
        verdict: 'refer',
        bucket: 'needs_review',
        approvableByReview: false,
        next: { name: 'refer' },
      });
    expect(lastTry('deny').verdict).toBe('deny');
  });

  it('are capped by a policy that became stricter since', () => {
    const policy = policyWith({ limits: { attempts: 1 } });
    expect(adjudicate(withCheck(factsWith({ policy }), unreadable)).verdict).toBe('deny');
  });

  it('are not offered for fraud, and a person is told nothing about it', () => {
    for (const reason of ['document_not_genuine', 'injection_suspected', 'selfie_copies_portrait'] as const) {
      const decision = adjudicate(withCheck(factsWith(), failing('document_authenticity', reason)));
      expect(decision.verdict).toBe('refer');
      expect(told(decision)).toEqual([]);
    }
  });

  it('are not offered beside something that a new picture cannot mend', () => {
    const facts = factsWith({ report: { identity: new Sensitive({ ...ana, familyName: 'Other' }) } });
    expect(adjudicate(withCheck(facts, unreadable)).verdict).toBe('refer');
  });

  it('hide that an attack was suspected', () => {
    const decision = adjudicate(
      withCheck(factsWith(), failing('presentation_attack', 'presentation_attack_suspected')),
    );
    expect(decision).toMatchObject({ verdict: 'retry', bucket: 'face_unclear' });
    expect(told(decision)).toEqual(['face_unclear']);
  });
});

describe('what reviewers may settle (rule 5)', () => {
  it('is an open check that the policy names', () => {
    const facts = withCheck(factsWith(), open('face_match', 'faces_similar_unsure'));
    expect(adjudicate(facts)).toMatchObject({ verdict: 'refer', approvableByReview: true, reviewersNeeded: 1 });
    const privileged = { ...facts, subject: { ...facts.subject, privileged: true } };
    expect(adjudicate(privileged).reviewersNeeded).toBe(2);
  });

  it('T50: takes two of them where an agent passed the link on', () => {
    const facts = withCheck(factsWith(), open('face_match', 'faces_similar_unsure'));
    const relayed = { ...facts, recoveryCase: { ...facts.recoveryCase, relayed: true, callConfirmed: true } };
    const policy = { ...facts.policy, relay: { ...facts.policy.relay, allowed: true } };
    const decision = adjudicate({ ...relayed, policy });
    expect(decision).toMatchObject({ verdict: 'refer', approvableByReview: true, reviewersNeeded: 2 });
  });

  it('is never an open check it does not name, nor one of several', () => {
    const facts = withCheck(
      factsWith(),
      open('face_match', 'faces_similar_unsure'),
      open('presentation_attack', 'partner_undecided'),
    );
    expect(adjudicate(facts)).toMatchObject({ verdict: 'refer', approvableByReview: false });
  });
});

describe('a privileged account without a second person (T49)', () => {
  const alone = { subject: { privileged: true }, recoveryCase: { authorized: false } };

  it('is approved by nobody, whatever it was when the case was opened, and the person is told nothing', () => {
    const decision = adjudicate(factsWith(alone));
    expect(decision).toMatchObject({ verdict: 'refer', bucket: 'needs_review', approvableByReview: false });
    expect(findingOf(decision, 'account')?.reasonCodes).toEqual(['second_person_missing']);
    expect(told(decision)).toEqual([]);
  });

  it.each([
    ['a second person let it start', factsWith({ subject: { privileged: true } })],
    ['the account is not privileged', factsWith({ recoveryCase: { authorized: false } })],
    [
      'both policies do without',
      factsWith({ ...alone, policy: policyWith({ authorization: { privilegedNeedsSecondPerson: false } }) }),
    ],
  ])('is no obstacle when %s', (_when, facts) => {
    expect(adjudicate(facts).verdict).toBe('approve');
  });
});

describe('the account', () => {
  it.each([
    ['disabled', factsWith({ subject: { active: false } }), 'deny'],
    ['never proofed', factsWith({ proofing: undefined }), 'refer'],
    [
      'never proofed, where the policy refuses that',
      factsWith({ proofing: undefined, policy: policyWith({ matching: { unproofed: 'refuse' } }) }),
      'deny',
    ],
    [
      'with a record changed this week',
      factsWith({ proofing: { attributes: new Sensitive(ana), coolingOff: true, level: 'IAL2' } }),
      'refer',
    ],
    ['with a name that others have', factsWith({ subject: { nameUniqueInDirectory: false } }), 'refer'],
  ])('%s is not approved, by nobody', (_which, facts, verdict) => {
    expect(adjudicate(facts)).toMatchObject({ verdict, approvableByReview: false });
  });

  it('is needed: nothing is approved that is tied to it neither by data nor by portrait', () => {
    const policy = policyWith({ requiredChecks: PARTNER_CHECKS, waivedChecks: ['data_match'] });
    const decision = adjudicate(factsWith({ policy, report: { identity: undefined } }));
    expect(decision.verdict).toBe('refer');
    expect(findingOf(decision, 'binding')?.reasonCodes).toEqual(['not_bound_to_account']);
  });

  it('is matched by portrait where the policy says so, and nothing waives that', () => {
    const policy = policyWith({
      matching: { require: ['data', 'portrait'] },
      waivedChecks: ['reference_portrait_match'],
    });
    expect(adjudicate(factsWith({ policy })).verdict).toBe('refer');
    expect(adjudicate(withCheck(factsWith({ policy }), passed('reference_portrait_match'))).verdict).toBe('approve');
  });
});

describe('after a good report', () => {
  it('a hold comes first where the policy has one', () => {
    const next = adjudicate(factsWith({ policy: policyWith({ hold: { seconds: 60 } }) })).next;
    expect(next).toEqual({ name: 'hold', holdSeconds: 60, reason: 'hold_running' });
  });

  it('a relayed link needs leave, a confirmed call, and a hold', () => {
    const policy = policyWith({ relay: { allowed: true, holdSeconds: 900 } });
    const relayed = { relayed: true, callConfirmed: true };
    expect(adjudicate(factsWith({ policy, recoveryCase: relayed })).next).toMatchObject({
      name: 'hold',
      holdSeconds: 900,
    });
    expect(adjudicate(factsWith({ recoveryCase: relayed })).verdict).toBe('refer');
    expect(adjudicate(factsWith({ policy, recoveryCase: { relayed: true } })).verdict).toBe('refer');
  });

  it('a provider on another screen brings the same hold, and needs an answer from an address on file', () => {
    const decision = adjudicate(factsWith({ device: { sameDevice: 'none' } }));
    expect(decision.next).toEqual({ name: 'hold', holdSeconds: 86_400, reason: 'waiting_for_confirmation' });
    expect(decision).toMatchObject({ verdict: 'approve', device: 'unproven' });
  });

  it.each([
    [{ sameDevice: 'capture', returned: false }, 'proven'],
    [{ sameDevice: 'return', returned: true, overdue: true }, 'proven'],
    [{ sameDevice: 'code', returned: true }, 'proven'],
    [{ sameDevice: 'return', returned: false }, 'may_return'],
    [{ sameDevice: 'code', returned: false, overdue: true }, 'unproven'],
    [{ sameDevice: 'none', returned: true }, 'unproven'],
    [{ sameDevice: 'invented' as 'none', returned: true }, 'unproven'],
    [{ sameDevice: 'none', confirmed: true }, 'confirmed'],
    [{ sameDevice: 'return', returned: false, confirmed: true }, 'confirmed'],
    [{ sameDevice: 'none', confirmed: true, nobodyToAsk: true }, 'confirmed'],
    [{ sameDevice: 'return', returned: true, nobodyToAsk: true }, 'proven'],
    [{ sameDevice: 'return', returned: false, nobodyToAsk: true }, 'may_return'],
  ] as const)('%j: the device is %s (T33)', (device, proof) => {
    const decision = adjudicate(factsWith({ device }));
    expect([decision.verdict, decision.device]).toEqual(['approve', proof]);
    const expected = {
      proven: { name: 'approve' },
      may_return: { name: 'hold', reason: 'waiting_for_return', holdSeconds: 60 },
      unproven: { name: 'hold', reason: 'waiting_for_confirmation', holdSeconds: 86_400 },
      confirmed: { name: 'hold', reason: 'hold_running', holdSeconds: 86_400 },
    }[proof];
    expect(decision.afterApproval).toEqual(expected);
    expect(decision.next).toEqual(expected);
  });

  it.each([
    { sameDevice: 'none' },
    { sameDevice: 'return', overdue: true },
    { sameDevice: 'code', returned: true, strayed: true },
  ] as const)('%j and nobody left to ask: two reviewers, who are told why, and the hold (T33)', (device) => {
    const facts = { device: { returned: false, ...device, nobodyToAsk: true as const } };
    const decision = adjudicate(factsWith(facts));
    expect(decision).toMatchObject({ verdict: 'refer', bucket: 'needs_review', device: 'unaskable' });
    expect(decision).toMatchObject({ approvableByReview: true, reviewersNeeded: 2, holdSeconds: 86_400 });
    expect(decision.next).toEqual({ name: 'refer', reason: 'reviewer_needed' });
    expect(decision.afterApproval).toEqual({ name: 'hold', holdSeconds: 86_400, reason: 'hold_running' });
    expect(decision.findings.filter(({ about }) => about === 'device')).toEqual([
      { about: 'device', result: 'objects', reasonCodes: ['device_not_confirmable'], method: 'settled_by_reviewers' },
    ]);
    const privileged = adjudicate(factsWith({ ...facts, subject: { privileged: true } }));
    expect(privileged).toMatchObject({ verdict: 'refer', approvableByReview: false });
    const policy = policyWith({ providers: [{ id: 'clear1', unprovenDevice: 'allow' }] });
    expect(adjudicate(factsWith({ ...facts, policy }))).toMatchObject({ verdict: 'approve', device: 'allowed' });
  });

  it('nobody has less than a quarter of an hour to answer', () => {
    const policy = policyWith({ relay: { holdSeconds: 5 } });
    const decision = adjudicate(factsWith({ policy, device: { sameDevice: 'none' } }));
    expect(decision).toMatchObject({ holdSeconds: 5, afterApproval: { holdSeconds: 900 } });
  });

  it('a policy may do without proof of the device, and the findings say so', () => {
    const policy = policyWith({ providers: [{ id: 'clear1', unprovenDevice: 'allow' }] });
    const decision = adjudicate(factsWith({ policy, device: { sameDevice: 'none' } }));
    expect(decision).toMatchObject({ device: 'allowed', next: { name: 'approve' } });
    expect(findingOf(decision, 'device')?.reasonCodes).toEqual(['waived_by_policy']);
  });

  it('an evaluation ends without an approval and keeps the verdict', () => {
    const ends = { name: 'finish_evaluation', reason: 'evaluation_finished' };
    const inCase = factsWith({ recoveryCase: { mode: 'evaluation' } });
    const inPolicy = factsWith({ policy: policyWith({ mode: 'evaluation' }) });
    for (const facts of [inCase, inPolicy]) {
      expect(adjudicate(facts)).toMatchObject({ verdict: 'approve', next: ends, approvableByReview: false });
      expect(adjudicate({ ...facts, proofing: undefined })).toMatchObject({ verdict: 'refer', next: ends });
      const unclear = withCheck(facts, failing('face_match', 'face_blurred'));
      expect(adjudicate(unclear).next.name).toBe('retry');
    }
  });
});
