import type { Check, CheckReason, CheckResult, ChosenDocument } from '../../../kit/index.js';
import type { DocumentReading } from '../document-reading.js';
import type { DocumentSources } from './document-sources.js';

export type Outcome = Pick<Check, 'result' | 'reasonCodes'>;

export const outcome = (result: CheckResult, ...reasonCodes: CheckReason[]): Outcome => ({ result, reasonCodes });

/** Documents that always have a zone on what was photographed, or a barcode on their back. */
const ZONE_ON_BACK: readonly string[] = ['identity_card', 'residence_permit'];
const BARCODE_COUNTRIES: readonly string[] = ['USA', 'CAN'];

/**
 * What to say of a document from which no source without a fault was read. When one was found, or has to be there, the
 * picture is to blame and another may help; else the check does not apply.
 */
export function unread(reading: DocumentReading, sources: DocumentSources, chosen?: ChosenDocument): Outcome {
  const poor = [...reading.front.reasons, ...(reading.back?.reasons ?? [])];
  if (poor.length > 0) return outcome('indeterminate', ...new Set(poor));
  const found = sources.zones.length > 0 || sources.barcodes.length > 0;
  return found || mustHaveSource(reading, chosen)
    ? outcome('indeterminate', 'document_unreadable')
    : outcome('not_run', 'data_missing');
}

function mustHaveSource({ back }: DocumentReading, chosen: ChosenDocument | undefined): boolean {
  if (!chosen) return false;
  const { documentType, issuingCountry } = chosen;
  if (documentType === 'passport') return true;
  if (!back) return false;
  return ZONE_ON_BACK.includes(documentType) || BARCODE_COUNTRIES.includes(issuingCountry);
}
