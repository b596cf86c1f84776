import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  CHECK_KINDS,
  CHECK_REASONS,
  CHECK_RESULTS,
  REPORT_STATUSES,
  Sensitive,
  type Check,
  type CheckReason,
  type CheckResult,
} from '../../providers/kit/index.js';
import { PolicyDocument } from '../policy/policy.js';
import { providerIds, providerRule } from '../policy/provider-rules.js';
import type { DocumentOwner } from './accounts/document-owner.js';
import { adjudicate, decide } from './decide.js';
import { VERDICTS, type Decision } from './decision.js';
import type { AdjudicationFacts } from './facts.js';
import { BUCKETS, FINDING_REASONS, REASONS } from './reasons.js';
import { settleFacts } from './settled-facts.js';

const ana = { givenName: 'Ana', familyName: 'Demo', birthDate: '1980-01-02' };
/** By nobody’s leave, by reviewers’, or not at all. */
const way = ({ verdict, approvableByReview }: Decision): number =>
  verdict === 'approve' ? 0 : approvableByReview ? 1 : 2;
const rank = (decision: Decision): number => VERDICTS.indexOf(decision.verdict);
const some = <Value>(values: readonly Value[], minLength = 0) => fc.subarray([...values], { minLength });

const policy: fc.Arbitrary<PolicyDocument> = fc
  .record({
    name: fc.constant('P'),
    mode: fc.constantFrom('production', 'evaluation'),
    providers: fc.constantFrom<PolicyDocument['providers'][]>(
      ['p'],
      [{ id: 'p', unprovenDevice: 'allow' }],
      ['q', 'p'],
      ['q'],
    ),
    requiredChecks: some(CHECK_KINDS, 1),
    waivedChecks: some(CHECK_KINDS),
    matching: fc.record({
      require: some(['data', 'portrait'], 1),
      unproofed: fc.constantFrom('review', 'refuse', 'codes'),
    }),
    hold: fc.record({ seconds: fc.constantFrom(0, 60) }),
    review: fc.record({ reviewable: some(CHECK_KINDS), onFail: fc.constantFrom('retry', 'review', 'deny') }),
    relay: fc.record({ allowed: fc.boolean() }),
    limits: fc.record({ attempts: fc.integer({ min: 1, max: 3 }) }),
  })
  .map((document) => PolicyDocument.parse(document));

const goodCheck: fc.Arbitrary<Check> = fc.record({
  kind: fc.constantFrom(...CHECK_KINDS),
  result: fc.constantFrom(...CHECK_RESULTS),
  reasonCodes: fc.array(fc.constantFrom(...CHECK_REASONS), { maxLength: 3 }),
});
/** One clean entry per kind, mostly passing: the reports in which one check decides. */
const fullChecks: fc.Arbitrary<Check[]> = fc.tuple(
  ...CHECK_KINDS.map((kind) =>
    fc.oneof(
      { weight: 4, arbitrary: fc.constant<Check>({ kind, result: 'pass', reasonCodes: ['ok'] }) },
      { weight: 1, arbitrary: goodCheck.map((check) => ({ ...check, kind })) },
    ),
  ),
);
const identity = fc.oneof(
  fc.constant(ana),
  fc.record(
    {
      givenName: fc.constantFrom('Ana', 'Ana Maria', 'Bea', ''),
      familyName: fc.constantFrom('Demo', 'Dèmo', 'Other'),
      birthDate: fc.constantFrom('1980-01-02', '1980-01-03', '1980-00-00'),
    },
    { requiredKeys: [] },
  ),
);

/** So that single faults decide, and not the sum of many: one in six is anything else. */
const mostly = <Value>(good: Value, ...others: Value[]): fc.Arbitrary<Value> =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(good) }, { weight: 1, arbitrary: fc.constantFrom(good, ...others) });

function factsOf(
  checks: fc.Arbitrary<unknown>,
  extra: fc.Arbitrary<object> = fc.constant({}),
): fc.Arbitrary<AdjudicationFacts> {
  return fc.record({
    report: fc.tuple(checks, fc.option(identity, { nil: undefined }), extra).map(([list, person, more]) => ({
      status: 'completed' as const,
      terminal: true,
      checks: list as Check[],
      ...(person ? { identity: new Sensitive(person) } : {}),
      provenance: { adapterVersion: 't', live: true, checkedAt: '' },
      ...more,
    })),
    provider: fc.record({
      id: fc.constant('p'),
      role: mostly<'first' | 'fallback'>('first', 'fallback'),
      local: fc.boolean(),
      underWatch: mostly(false, true),
    }),
    device: fc.record({
      sameDevice: fc.constantFrom('capture', 'return', 'code', 'none'),
      returned: fc.boolean(),
      strayed: fc.boolean(),
      overdue: fc.boolean(),
      confirmed: fc.boolean(),
      nobodyToAsk: fc.constantFrom<true | undefined>(true, undefined),
    }),
    withdrawn: mostly(false, true),
    policy,
    recoveryCase: fc.record({
      mode: fc.constantFrom('production' as const, 'evaluation' as const),
      attempt: fc.integer({ min: 1, max: 3 }),
      attemptsAllowed: fc.integer({ min: 1, max: 3 }),
      relayed: fc.boolean(),
      callConfirmed: fc.boolean(),
      authorized: fc.boolean(),
    }),
    subject: fc.record({
      active: mostly(true, false),
      privileged: mostly(false, true),
      nameUniqueInDirectory: mostly(true, false),
    }),
    proofing: fc.option(
      fc.record({
        attributes: fc.constant(new Sensitive(ana)),
        coolingOff: mostly(false, true),
        level: mostly('IAL2', 'IAL3'),
      }),
      {
        nil: undefined,
      },
    ),
    directoryIdentity: fc.option(fc.constant(new Sensitive(ana)), { nil: undefined }),
    documentStanding: mostly<DocumentOwner>('new', 'unread', 'this_account', 'another_account'),
    ingredients: fc.record({ savedCode: fc.boolean(), issuedCode: fc.boolean() }),
    liveOnly: fc.boolean(),
    today: fc.constant('2026-11-22'),
  });
}

/** Anything an adapter, or a codec gone wrong, could hand over. */
const wildCheck = fc.oneof(
  goodCheck,
  fc.anything(),
  fc.record({ kind: fc.constantFrom(...CHECK_KINDS), result: fc.anything(), reasonCodes: fc.anything() }),
);
const wildReport = fc.record(
  {
    status: fc.oneof(fc.constantFrom(...REPORT_STATUSES), fc.anything()),
    terminal: fc.oneof(fc.boolean(), fc.anything()),
    identity: fc.anything().map((value) => new Sensitive(value)),
    document: fc.anything().map((value) => new Sensitive(value)),
    matchedOnly: fc.anything(),
    provenance: fc.anything(),
  },
  { requiredKeys: [] },
);

const KNOWN_CODES = new Set<string>([
  ...FINDING_REASONS,
  ...BUCKETS,
  ...Object.values(REASONS).flatMap((rule) => rule.shown ?? []),
]);
const RUNS = { numRuns: 600 };
const SUSPECTED = [
  'presentation_attack_suspected',
  'injection_suspected',
  'document_copy_suspected',
  'document_inconsistent',
] as const;
const UNSUSPICIOUS = CHECK_REASONS.filter((reason) => !SUSPECTED.some((suspected) => suspected === reason));

describe('adjudicate, whatever the report', () => {
  it('never throws, and answers in its own closed words', () => {
    const checks = fc.oneof(fc.array(wildCheck, { maxLength: 12 }), fc.anything());
    fc.assert(
      fc.property(factsOf(checks, wildReport), (facts) => {
        const decision = adjudicate(facts);
        expect(VERDICTS).toContain(decision.verdict);
        expect(BUCKETS).toContain(decision.bucket);
        const codes = decision.findings.flatMap((finding): string[] => finding.reasonCodes);
        expect(codes.filter((code) => !KNOWN_CODES.has(code))).toEqual([]);
        expect(JSON.stringify(decision)).not.toContain('1980');
      }),
      RUNS,
    );
  });

  it('is pure: the same facts give the same decision', () => {
    fc.assert(fc.property(factsOf(fullChecks), (facts) => expect(adjudicate(facts)).toEqual(adjudicate(facts))));
  });

  it('never gets better when one check gets worse', () => {
    let better = 0;
    fc.assert(
      fc.property(factsOf(fullChecks), fc.constantFrom(...CHECK_KINDS), goodCheck, (facts, kind, worse) => {
        const swap = (check: Check): AdjudicationFacts => ({
          ...facts,
          report: { ...facts.report, checks: facts.report.checks.map((old) => (old.kind === kind ? check : old)) },
        });
        const before = adjudicate(swap({ kind, result: 'pass', reasonCodes: ['ok'] }));
        const after = adjudicate(swap({ ...worse, kind }));
        if (rank(after) > rank(before)) better += 1;
        // Data that were missing may have been missing from a picture that was too dark to be read: another one is asked for.
        const asksAgain = kind === 'data_match' && before.verdict === 'refer' && after.verdict === 'retry';
        if (!asksAgain) expect(rank(after)).toBeGreaterThanOrEqual(rank(before));
        expect(Number(after.approvableByReview)).toBeLessThanOrEqual(Number(before.approvableByReview));
      }),
      { numRuns: 2_000 },
    );
    // The walk did meet checks that mattered.
    expect(better).toBeGreaterThan(60);
  });

  it('never gets better along pass, open, not run or suspected, fail: whoever is noticed gains nothing (T70, T71)', () => {
    const reasons = fc.tuple(some(UNSUSPICIOUS), some(SUSPECTED, 1), some(CHECK_REASONS));
    fc.assert(
      fc.property(factsOf(fullChecks), fc.constantFrom(...CHECK_KINDS), reasons, (facts, kind, [open, seen, other]) => {
        const settled = settleFacts(facts);
        const having = (result: CheckResult, reasonCodes: CheckReason[]): Decision =>
          decide({
            ...settled,
            checks: { ...settled.checks, [kind]: { kind, result, reasonCodes, method: 'report' } },
          });
        const undecided = having('indeterminate', open);
        expect(way(undecided)).toBeGreaterThanOrEqual(way(having('pass', ['ok'])));
        for (const unanswered of [having('not_run', open), having('indeterminate', [...open, ...seen])]) {
          // Whoever is asked for another picture is on no step of the ladder.
          if (undecided.verdict !== 'retry') expect(way(unanswered)).toBeGreaterThanOrEqual(way(undecided));
          expect(way(having('fail', other))).toBeGreaterThanOrEqual(way(unanswered));
        }
      }),
      RUNS,
    );
  });

  it('never gets better when a check is left out or said twice', () => {
    fc.assert(
      fc.property(factsOf(fullChecks), fc.constantFrom(...CHECK_KINDS), (facts, kind) => {
        const passing = facts.report.checks.map((check) =>
          check.kind === kind ? { kind, result: 'pass' as const, reasonCodes: ['ok' as const] } : check,
        );
        const decided = (checks: Check[]): Decision => adjudicate({ ...facts, report: { ...facts.report, checks } });
        const before = rank(decided(passing));
        expect(rank(decided(passing.filter((check) => check.kind !== kind)))).toBeGreaterThanOrEqual(before);
        expect(rank(decided([...passing, ...passing.filter((check) => check.kind === kind)]))).toBeGreaterThanOrEqual(
          before,
        );
      }),
      RUNS,
    );
  });

  it('approves only what is bound to an active, proofed account, with every demanded check clean', () => {
    let approvals = 0;
    fc.assert(
      fc.property(factsOf(fullChecks), (facts) => {
        const decision = adjudicate(facts);
        if (decision.verdict !== 'approve') return;
        approvals += 1;
        const result = Object.fromEntries(decision.findings.map((finding) => [finding.about, finding.result]));
        expect(facts.subject.active && !facts.proofing?.coolingOff).toBe(true);
        if (!facts.proofing) {
          // Codes stand in for a record with all the rest, and with nothing less.
          const { savedCode, issuedCode } = facts.ingredients;
          expect([facts.policy.matching.unproofed, savedCode || issuedCode]).toEqual(['codes', true]);
          expect([result.document_authenticity, result.face_match, result.data_match]).toEqual(Array(3).fill('pass'));
        }
        expect(facts.documentStanding).not.toBe('another_account');
        expect(facts.subject.nameUniqueInDirectory || result.reference_portrait_match === 'pass').toBe(true);
        expect(providerIds(facts.policy)).toContain('p');
        expect([result.data_match, result.reference_portrait_match]).toContain('pass');
        expect(facts.provider.underWatch).toBe(false);
        expect(facts.withdrawn).toBe(false);
        expect(facts.provider.local && (facts.provider.role === 'fallback' || facts.subject.privileged)).toBe(false);
        for (const kind of facts.policy.requiredChecks) {
          const waived = facts.policy.waivedChecks.includes(kind);
          const allowed = waived ? ['pass', 'not_run', 'indeterminate'] : ['pass'];
          expect(allowed).toContain(result[kind]);
        }
        expect(Object.values(result)).not.toContain('fail');
        expect(Object.values(result)).not.toContain('different');
      }),
      { numRuns: 12_000 },
    );
    expect(approvals).toBeGreaterThan(100);
  });

  it('never leads to an approval at once without proof of the device, an answer, or leave of the policy', () => {
    let waits = 0;
    fc.assert(
      fc.property(factsOf(fullChecks), (facts) => {
        const { device, afterApproval, next } = adjudicate(facts);
        const { sameDevice, returned, strayed, confirmed } = facts.device;
        const proven = sameDevice === 'capture' || (returned && !strayed && sameDevice !== 'none');
        const allowed = providerRule(facts.policy, 'p')?.unprovenDevice === 'allow';
        if (proven || allowed || confirmed) return expect(['proven', 'allowed', 'confirmed']).toContain(device);
        waits += 1;
        expect(['may_return', 'unproven', 'unaskable']).toContain(device);
        expect(next.name).not.toBe('approve');
        // Reviewers say it, or nobody: what follows is a hold like everybody's.
        if (device === 'unaskable') return expect(next).not.toMatchObject({ name: 'hold' });
        return expect(afterApproval).toMatchObject({
          name: 'hold',
          reason: device === 'unproven' ? 'waiting_for_confirmation' : 'waiting_for_return',
        });
      }),
      RUNS,
    );
    expect(waits).toBeGreaterThan(50);
  });

  it('T43 never approves what the partner took back, whatever it says now, and lets nobody settle it', () => {
    const reports = fc.constantFrom({}, {}, ...REPORT_STATUSES.map((status) => ({ status })));
    let lost = 0;
    fc.assert(
      fc.property(factsOf(fullChecks, reports), (facts) => {
        const before = adjudicate({ ...facts, withdrawn: false });
        const after = adjudicate({ ...facts, withdrawn: true });
        expect(['refer', 'deny']).toContain(after.verdict);
        expect(rank(after)).toBeGreaterThanOrEqual(rank(before));
        expect(['refer', 'deny', 'finish_evaluation']).toContain(after.next.name);
        expect(after.approvableByReview).toBe(false);
        if (before.verdict !== after.verdict) lost += 1;
      }),
      { numRuns: 1_000 },
    );
    // The walk did meet reports that were worth something.
    expect(lost).toBeGreaterThan(20);
  });

  it('never lets an evaluation towards an approval', () => {
    fc.assert(
      fc.property(factsOf(fullChecks), (facts) => {
        fc.pre(facts.recoveryCase.mode === 'evaluation' || facts.policy.mode === 'evaluation');
        const decision = adjudicate(facts);
        expect(['finish_evaluation', 'retry']).toContain(decision.next.name);
        expect(decision.approvableByReview).toBe(false);
      }),
    );
  });

  it('tells the person nothing but capture words and neutral buckets, and only with a retry', () => {
    const words = [...Object.values(REASONS).flatMap((rule) => rule.shown ?? []), 'face_no_match'];
    fc.assert(
      fc.property(factsOf(fullChecks), (facts) => {
        const decision = adjudicate(facts);
        const told = decision.findings.filter((finding) => finding.result === 'told');
        expect(told.length).toBe(decision.verdict === 'retry' ? 1 : 0);
        for (const code of told.flatMap((finding) => finding.reasonCodes)) expect(words).toContain(code);
      }),
      RUNS,
    );
  });
});
