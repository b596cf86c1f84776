import { CHECK_KINDS, Sensitive, type Check, type CheckKind } from '../../providers/kit/index.js';
import type { AdjudicationFacts } from '../../src/adjudication/facts.js';
import { PolicyDocument } from '../../src/policy/policy.js';

export const ana = { givenName: 'Ana', familyName: 'Demo', birthDate: '1980-01-02' };
export const passed = (kind: CheckKind): Check => ({ kind, result: 'pass', reasonCodes: ['ok'] });
export const PARTNER_CHECKS: CheckKind[] = [
  'document_authenticity',
  'document_expiry',
  'face_match',
  'presentation_attack',
];

export const policyWith = (changes: Record<string, unknown> = {}): PolicyDocument =>
  PolicyDocument.parse({
    name: 'P',
    providers: ['clear1', 'local'],
    requiredChecks: [...PARTNER_CHECKS, 'data_match'],
    ...changes,
  });

interface Changes extends Partial<
  Omit<AdjudicationFacts, 'report' | 'recoveryCase' | 'subject' | 'provider' | 'device'>
> {
  report?: Partial<AdjudicationFacts['report']>;
  recoveryCase?: Partial<AdjudicationFacts['recoveryCase']>;
  subject?: Partial<AdjudicationFacts['subject']>;
  provider?: Partial<AdjudicationFacts['provider']>;
  device?: Partial<AdjudicationFacts['device']>;
}

const ORDINARY = {
  liveOnly: true,
  withdrawn: false,
  today: '2026-11-22',
  documentStanding: 'new',
  ingredients: { savedCode: false, issuedCode: false },
} as const;
const RETURNED = {
  sameDevice: 'return',
  returned: true,
  strayed: false,
  overdue: false,
  confirmed: false,
} as const;
/** A partner's good report about the right person. */
export function factsWith(changes: Changes = {}): AdjudicationFacts {
  return {
    policy: policyWith(),
    proofing: { attributes: new Sensitive(ana), coolingOff: false, level: 'IAL2' },
    ...ORDINARY,
    ...changes,
    report: {
      status: 'completed',
      terminal: true,
      checks: PARTNER_CHECKS.map(passed),
      identity: new Sensitive({ ...ana }),
      provenance: { adapterVersion: 't', live: true, checkedAt: '2026-11-22T00:00:00Z' },
      ...changes.report,
    },
    provider: { id: 'clear1', role: 'first', local: false, underWatch: false, ...changes.provider },
    device: { ...RETURNED, ...changes.device },
    recoveryCase: {
      mode: 'production',
      attempt: 1,
      attemptsAllowed: 3,
      relayed: false,
      callConfirmed: false,
      authorized: true,
      ...changes.recoveryCase,
    },
    subject: { active: true, privileged: false, nameUniqueInDirectory: true, ...changes.subject },
  };
}

/** The demo: the own machine first, bound by portrait, everything it cannot do waived in the open. */
export function localFacts(changes: Changes = {}): AdjudicationFacts {
  const run: CheckKind[] = ['face_match', 'reference_portrait_match'];
  const unrun = CHECK_KINDS.filter((kind) => !run.includes(kind));
  const checks = [
    ...run.map(passed),
    ...unrun.map((kind): Check => ({ kind, result: 'not_run', reasonCodes: ['not_supported_by_provider'] })),
  ];
  return factsWith({
    policy: policyWith({ providers: ['local', 'clear1'], requiredChecks: CHECK_KINDS, waivedChecks: unrun }),
    ...changes,
    provider: { id: 'local', local: true, ...changes.provider },
    report: { checks, identity: undefined, ...changes.report },
  });
}

export const withCheck = (facts: AdjudicationFacts, ...checks: Check[]): AdjudicationFacts => ({
  ...facts,
  report: {
    ...facts.report,
    checks: [...facts.report.checks.filter((old) => !checks.some((check) => check.kind === old.kind)), ...checks],
  },
});
export const failing = (kind: CheckKind, ...reasonCodes: Check['reasonCodes']): Check => ({
  kind,
  result: 'fail',
  reasonCodes,
});
export const open = (kind: CheckKind, ...reasonCodes: Check['reasonCodes']): Check => ({
  kind,
  result: 'indeterminate',
  reasonCodes,
});
