import type { SideReading } from '../../providers/local/documents/document-reading.js';
import { MRZ_LAYOUTS, textAt, type MrzFormat } from '../../providers/local/documents/mrz/mrz-layout.js';
import { parseMrz } from '../../providers/local/documents/mrz/parse-mrz.js';
import type { PlannedPicture } from './card-plan.js';

/**
 * What came of one picture. `false_valid` is the one that must never be: every digit right and yet another text in a
 * place that a digit covers. `wrong` was read and refused, `failed` was not read at all.
 */
export type CardOutcome = 'exact' | 'valid' | 'false_valid' | 'wrong' | 'failed';

/** A day on which every specimen's dates fall into the right century. */
export const CARDS_DAY = '2026-11-26';

export function scoreCard({ mrz, barcode }: Pick<PlannedPicture, 'mrz' | 'barcode'>, read: SideReading): CardOutcome {
  return mrz ? scoreZone(mrz, read.mrz?.lines) : scoreBarcode(barcode ?? '', read.barcode?.text);
}

/** `valid` means that only letters differ which no digit covers: those of the names, mostly. */
function scoreZone(truth: readonly string[], lines: readonly string[] | undefined): CardOutcome {
  if (!lines || lines.length === 0) return 'failed';
  if (truth.join('\n') === lines.join('\n')) return 'exact';
  const result = parseMrz(lines, CARDS_DAY);
  if (result.kind !== 'valid') return 'wrong';
  return coveredText(truth, result.format) === coveredText(lines, result.format) ? 'valid' : 'false_valid';
}

/** Everything that a check digit covers, and the digits. */
function coveredText(lines: readonly string[], format: MrzFormat): string {
  const { composite, fields } = MRZ_LAYOUTS[format];
  const { number, numberDigit, birthDate, birthDateDigit, expiryDate, expiryDateDigit } = fields;
  const single = [number, numberDigit, birthDate, birthDateDigit, expiryDate, expiryDateDigit];
  return [...composite, ...single].map((place) => textAt(lines, place)).join('|');
}

/** The symbol corrects its own errors: what it gives is right, or it gives nothing. */
function scoreBarcode(truth: string, text: string | undefined): CardOutcome {
  if (text === undefined) return 'failed';
  return text === truth ? 'exact' : 'false_valid';
}
