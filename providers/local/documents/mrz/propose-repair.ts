import { checkDigit } from './check-digit.js';
import { formatOf, MRZ_LAYOUTS, textAt, type MrzField, type Span } from './mrz-layout.js';
import { parseMrz } from './parse-mrz.js';

export interface MrzChange {
  line: number;
  column: number;
  from: string;
  to: string;
}

/** Characters that recognition takes for each other. */
const DIGIT_FOR: Readonly<Record<string, string>> = {
  O: '0',
  Q: '0',
  D: '0',
  I: '1',
  L: '1',
  Z: '2',
  S: '5',
  G: '6',
  B: '8',
};
const LETTER_FOR: Readonly<Record<string, string>> = { 0: 'O', 1: 'I', 2: 'Z', 5: 'S', 6: 'G', 8: 'B' };

const DIGIT_FIELDS: readonly MrzField[] = [
  'numberDigit',
  'birthDate',
  'birthDateDigit',
  'expiryDate',
  'expiryDateDigit',
  'optionalDigit',
  'compositeDigit',
];
const LETTER_FIELDS: readonly MrzField[] = ['documentCode', 'issuer', 'nationality', 'names', 'sex'];

/**
 * What a zone that was misread may have said: letters in places of digits and digits in places of letters exchanged, and
 * at most one character of the document number, so that all digits hold. Undefined when nothing of that kind does.
 *
 * A proposal is for showing to a person, or for reading the picture once more. It must never be decided by: a forged
 * digit is repaired as willingly as a misread one (`parseMrz` alone decides, on what was read).
 *
 * @internal
 */
export function proposeRepair(
  lines: readonly string[],
  day: string,
): { lines: string[]; changes: MrzChange[] } | undefined {
  const format = formatOf(lines);
  if (!format || parseMrz(lines, day).kind === 'valid') return undefined;
  const { fields } = MRZ_LAYOUTS[format];
  const changes = [
    ...DIGIT_FIELDS.flatMap((field) => exchanges(lines, fields[field], DIGIT_FOR)),
    ...LETTER_FIELDS.flatMap((field) => exchanges(lines, fields[field], LETTER_FOR)),
  ];
  for (const all of [changes, ...numberChanges(applied(lines, changes), fields).map((one) => [...changes, one])]) {
    const proposed = applied(lines, all);
    if (all.length > 0 && parseMrz(proposed, day).kind === 'valid') return { lines: proposed, changes: all };
  }
  return undefined;
}

function exchanges(
  lines: readonly string[],
  place: Span | undefined,
  table: Readonly<Record<string, string>>,
): MrzChange[] {
  return [...textAt(lines, place)].flatMap((from, index) => {
    const to = table[from];
    return place && to ? [{ line: place.line, column: place.from + index, from, to }] : [];
  });
}

/** Single exchanges in the document number after which its digit holds. */
function numberChanges(lines: readonly string[], fields: Readonly<Partial<Record<MrzField, Span>>>): MrzChange[] {
  const place = fields.number;
  const digit = textAt(lines, fields.numberDigit);
  if (checkDigit(textAt(lines, place)) === digit) return [];
  return [DIGIT_FOR, LETTER_FOR].flatMap((table) =>
    exchanges(lines, place, table).filter((change) => checkDigit(textAt(applied(lines, [change]), place)) === digit),
  );
}

function applied(lines: readonly string[], changes: readonly MrzChange[]): string[] {
  return lines.map((line, at) => {
    const characters = [...line];
    for (const change of changes) if (change.line === at) characters[change.column] = change.to;
    return characters.join('');
  });
}
