import { describe, expect, it } from '@jest/globals';
import { CHECK_KINDS, type Check, type CheckKind, type CheckReason } from '../../providers/kit/index.js';
import {
  factsWith,
  localFacts,
  open,
  PARTNER_CHECKS,
  passed,
  policyWith,
  withCheck,
} from '../../test/support/adjudication-facts.js';
import { adjudicate } from './decide.js';

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
});
