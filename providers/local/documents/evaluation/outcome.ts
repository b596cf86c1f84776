import type { Check, CheckReason, CheckResult, ChosenDocument } from '../../../kit/index.js';
import type { DocumentReading } from '../document-reading.js';
import { isSideRepeated } from './document-side.js';
import type { DocumentSources } from './document-sources.js';

export type Outcome = Pick<Check, 'result' | 'reasonCodes'>;

export const outcome = (result: CheckResult, ...reasonCodes: CheckReason[]): Outcome => ({ result, reasonCodes });

/** Documents that nearly always have a zone, if not on their front then on their back, or a barcode there. */
const HAVE_ZONE: readonly string[] = ['passport', 'identity_card', 'residence_permit'];
const BARCODE_COUNTRIES: readonly string[] = ['USA', 'CAN'];

/**
 * What to say of a document from which no source without a fault was read. When one was found, or has to be there, the
 * picture is to blame and another may help; else the check does not apply.
 */
export function unread(reading: DocumentReading, sources: DocumentSources, chosen?: ChosenDocument): Outcome {
  const poor = pictureReasons(reading);
  if (poor.length > 0) return outcome('indeterminate', ...poor);
  const found = sources.zones.length > 0 || sources.barcodes.length > 0;
  return found || mustHaveSource(chosen)
    ? outcome('indeterminate', 'document_unreadable')
    : outcome('not_run', 'data_missing');
}

/** What speaks for other pictures: each of them is poor, or the second shows what the first does. */
export function pictureReasons(reading: DocumentReading): CheckReason[] {
  const repeated: CheckReason[] = isSideRepeated(reading) ? ['document_side_repeated'] : [];
  return [...new Set([...reading.front.reasons, ...(reading.back?.reasons ?? []), ...repeated])];
}

/** A side that was left out counts as one that could not be read. */
function mustHaveSource(chosen: ChosenDocument | undefined): boolean {
  if (!chosen) return false;
  return HAVE_ZONE.includes(chosen.documentType) || BARCODE_COUNTRIES.includes(chosen.issuingCountry);
}
