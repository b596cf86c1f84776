import { lookUp, type CheckReason } from '../kit/index.js';
import type { EvidenceStatus } from './types.js';

/** The controls of one evidence by how they ended, without the ending that each name carries. */
export interface Indicators {
  ok: ReadonlySet<string>;
  unverified: ReadonlySet<string>;
  failed: ReadonlySet<string>;
}

/** A name counts where it says `_OK` itself; as failed it counts wherever the partner warns, whatever it says. */
export function indicatorsOf(status: EvidenceStatus): Indicators {
  const { positiveIndicators, unverifiedIndicators, warningIndicators } = status;
  const all = [...(positiveIndicators ?? []), ...(unverifiedIndicators ?? []), ...(warningIndicators ?? [])];
  const failed = new Set([
    ...endingIn(all, '_FAILED'),
    ...(warningIndicators ?? []).map((name) => name.replace(/_(FAILED|OK|UNVERIFIED)$/, '')),
  ]);
  const unverified = new Set(endingIn(all, '_UNVERIFIED').filter((name) => !failed.has(name)));
  const ok = endingIn(positiveIndicators ?? [], '_OK').filter((name) => !failed.has(name) && !unverified.has(name));
  return { ok: new Set(ok), unverified, failed };
}

const endingIn = (names: readonly string[], ending: string): string[] =>
  names.filter((name) => name.endsWith(ending)).map((name) => name.slice(0, -ending.length));

export const EXPIRY = 'DOC_EXPIRATION_DATE';
/** "Asserts whether data represented in multiple places on the document is consistent". */
export const CONSISTENCY = 'MODEL_CONSISTENCY_CHECK';
export const LIVENESS = 'BIOMETRIC_LIVENESS_CHALLENGE';
export const MATCHING = 'BIOMETRIC_MATCHING_CHECK';

const CONSISTENCY_CONTROLS: ReadonlySet<string> = new Set([
  CONSISTENCY,
  'DOCUMENT_CLASSIFIER',
  'ESFX',
  'EXPIRATION_DATE_CONSISTENCY',
  'MRZ_BARCODE_CROSSCHECK',
  'MRZ_CHECKSUMS',
  'OCRX',
  'PERSONAL_NUMBER_CHECKSUMS',
  'SIDES_DATA_CONSISTENCY',
  'SIDES_MODEL_CONSISTENCY',
]);

/** Whether a control compares what the document says in one place with what it says in another. */
export const isAboutConsistency = (name: string): boolean => CONSISTENCY_CONTROLS.has(name) || name.startsWith('OCR_');

const REASON_BY_CONTROL: Readonly<Record<string, CheckReason>> = {
  AUTHORIZED_DOCUMENT_TYPE: 'document_not_accepted',
  DOCUMENT_ISSUER_WHITE_LIST: 'document_not_accepted',
  DOCUMENT_SIDES_CHECK: 'document_not_accepted',
  DOC_ISSUING_COUNTRY: 'document_not_accepted',
  EXPECTED_DOCUMENT_SIDES: 'document_not_accepted',
  MODEL_RECOGNIZED: 'document_not_accepted',
  REQUIRED_SIDES_CHECK: 'document_not_accepted',
  CUT_OFF_DOCUMENT_CHECK: 'document_unreadable',
  DOC_CAPTURE_ORIENTATION: 'document_unreadable',
  DOCUMENT_BARCODE_PARSING: 'document_unreadable',
  IMAGE_WITHOUT_DOCUMENT_CHECK: 'document_unreadable',
  OTHER_QUALITY_CHECK: 'document_unreadable',
};

/** Why a document is refused, by the control that failed; a control we do not know speaks against the document. */
export function refusalOf(name: string): CheckReason {
  if (/_IMAGE_QUALITY(_FRONT|_BACK)?$|^LOW_IMAGE_QUALITY|_DPI_CHECK$/.test(name)) return 'document_unreadable';
  return lookUp(REASON_BY_CONTROL, name) ?? 'document_not_genuine';
}
