import type { SettledFacts } from '../../src/adjudication/facts.js';
import type { Finding } from '../../src/adjudication/decision.js';

const passed = (kind: string) => ({ kind, result: 'pass', reasonCodes: ['ok'], method: 'report' });
const missing = (kind: string) => ({ kind, result: 'not_run', reasonCodes: ['check_missing'], method: 'report' });
const CHECKS = [
  passed('document_authenticity'),
  passed('document_expiry'),
  missing('document_data_consistency'),
  passed('face_match'),
  missing('reference_portrait_match'),
  passed('presentation_attack'),
  missing('injection_attack'),
  { ...passed('data_match'), method: 'proofing_record' },
];
const same = { outcome: 'exact', method: 'same_letters', reasonCodes: ['ok'] };
const unknown = { outcome: 'not_comparable', method: 'missing_in_record', reasonCodes: ['no_reference_on_record'] };
const ATTRIBUTES = [
  { about: 'given_name', match: same },
  { about: 'family_name', match: same },
  { about: 'birth_date', match: { ...same, method: 'same_day' } },
  { about: 'nationality', match: unknown },
  { about: 'document_number', match: unknown },
];

/**
 * Facts as the `decisions` table has held them since November 2026, written by hand and typed as nothing: they are read
 * back without a codec, so whoever renames a member has to see here that what is stored keeps the name it had.
 */
const FACTS = {
  policy: {
    name: 'P',
    providers: ['clear1', 'local'],
    requiredChecks: ['document_authenticity', 'document_expiry', 'face_match', 'presentation_attack', 'data_match'],
  },
  liveOnly: true,
  withdrawn: false,
  today: '2026-11-22',
  documentStanding: 'another_account',
  ingredients: { savedCode: false, issuedCode: false },
  provider: { id: 'clear1', role: 'first', local: false, underWatch: false },
  device: { sameDevice: 'return', returned: true, strayed: false, overdue: false, confirmed: false },
  recoveryCase: {
    mode: 'production',
    attempt: 1,
    attemptsAllowed: 3,
    relayed: false,
    callConfirmed: false,
    authorized: true,
  },
  subject: { active: true, privileged: false, nameUniqueInDirectory: true },
  report: { status: 'completed', terminal: true, live: true, specimen: false, document: 'accepted', askedAbout: true },
  checks: Object.fromEntries(CHECKS.map((check) => [check.kind, check])),
  attributes: ATTRIBUTES,
  proofing: { coolingOff: false, level: 'IAL2' },
};
const FINDINGS = [
  ...CHECKS.map(({ kind, ...check }) => ({ about: kind, ...check })),
  ...ATTRIBUTES.map(({ about, match: { outcome, ...match } }) => ({ about, result: outcome, ...match })),
  { about: 'report', result: 'objects', reasonCodes: ['document_on_other_account'], method: 'rule' },
];

const asStored = <Shape>(value: unknown): Shape => JSON.parse(JSON.stringify(value)) as Shape;

/** A decision that a reviewer was asked for because the document is known from another account (T64). */
export const storedFacts = (): SettledFacts => asStored(FACTS);
export const storedFindings = (): Finding[] => asStored(FINDINGS);
