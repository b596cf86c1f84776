import { formatOf, MRZ_FIELDS, MRZ_LAYOUTS, type MrzField } from '../mrz/mrz-layout.js';
import { likeness, meanShape, type LetterShape, type RoundLetters } from './letter-shapes.js';
import { leansToO } from './zero-or-o-direction.js';

/** Where only figures stand, and where only letters do: they hold the samples of what zeros and Os look like. */
const FIGURE_FIELDS: readonly MrzField[] = ['birthDate', 'birthDateDigit', 'expiryDate', 'expiryDateDigit'];
const LETTER_FIELDS: readonly MrzField[] = ['issuer', 'nationality', 'names'];

/** How much more like one than the other a shape must be, and how like it at all (measured: README, "Numbers"). */
const MIN_DIFFERENCE = 0.005;
const MIN_LIKENESS = 0.8;

/** Zeros of one zone are this much alike; no O is (measured as above). */
const SAME_LIKENESS = 0.005;
const MIN_ZEROS = 3;

/**
 * A zero among figures is by this much more like the other zeros than like the Os (by 0.0068 and more in the dates of 128
 * drawn documents at 900 and 1280 pixels), an O printed there is not (by 0.0005 more like the Os at least).
 */
const SURELY_ZERO = 0.003;

interface RoundOne {
  line: number;
  column: number;
  field: MrzField;
  shapes: readonly LetterShape[];
  /** By the typeface. */
  looksLikeO: boolean;
}

/**
 * Tells the figure 0 and the letter O apart by their shapes. OCR-B draws them differently, but the engine guesses by
 * what stands beside them, and two such mistakes can cancel out in a check digit. Every zone brings its own samples: the
 * zeros of its dates, the Os of its names and countries, as far as they look like the typeface's: a forged one says
 * nothing of the others. Decides by the picture alone, whatever the digits say; keeps what was read where the shapes do
 * not tell. Only a zero among figures has to look like one, also like that of the typeface: the engine takes an O there
 * for a zero, and the digit, computed of the zero, would be right (ICAO Doc 9303-3, 4.9). It is given back as an O, so
 * that the zone is refused.
 */
export function settleZeroAndO(lines: readonly string[], letters: RoundLetters): string[] {
  const round = roundOnes(lines, letters);
  const settled = lines.map((line) => [...line]);
  for (const one of round) {
    const line = settled[one.line];
    const read = line?.[one.column];
    if (!line || !read) continue;
    const others = round.filter((other) => other !== one);
    line[one.column] = settle(read, one, {
      zeros: others.filter(({ field, looksLikeO }) => FIGURE_FIELDS.includes(field) && !looksLikeO),
      letters: others.filter(({ field, looksLikeO }) => LETTER_FIELDS.includes(field) && looksLikeO),
    });
  }
  return settled.map((line) => line.join(''));
}

/** An O among letters stays: a blurred shape says less than the place, and no digit covers it. */
function settle(read: string, one: RoundOne, samples: Samples): string {
  if (read === 'O' && LETTER_FIELDS.includes(one.field)) return read;
  if (read === '0' && FIGURE_FIELDS.includes(one.field)) return mayBeO(one, samples) ? 'O' : read;
  return zeroOrO(one, samples) ?? read;
}

/** Whether it looks like the O of the typeface, or is as like the zone's Os as its zeros. */
function mayBeO(one: RoundOne, { zeros, letters }: Samples): boolean {
  if (one.looksLikeO) return true;
  if (zeros.length === 0 || letters.length === 0) return false;
  const likeO = likenessTo(one, letters);
  return likeO >= MIN_LIKENESS && likeO > likenessTo(one, zeros) - SURELY_ZERO;
}

function roundOnes(lines: readonly string[], letters: RoundLetters): RoundOne[] {
  const format = formatOf(lines);
  if (!format) return [];
  const { fields, columns } = MRZ_LAYOUTS[format];
  return MRZ_FIELDS.flatMap((field) => {
    const span = fields[field];
    if (!span) return [];
    return Array.from({ length: span.length }, (_, at) => span.from + at).flatMap((column): RoundOne[] => {
      if (!/[0O]/.test(lines[span.line]?.[column] ?? '')) return [];
      const shapes = letters.at(span.line, column, columns);
      return shapes.length > 0 ? [{ line: span.line, column, field, shapes, looksLikeO: leansToO(shapes) > 0 }] : [];
    });
  });
}

interface Samples {
  zeros: readonly RoundOne[];
  letters: readonly RoundOne[];
}

function zeroOrO(one: RoundOne, { zeros, letters }: Samples): '0' | 'O' | undefined {
  if (zeros.length === 0) return undefined;
  const likeZero = likenessTo(one, zeros);
  if (letters.length === 0) return isOneOf(likeZero, zeros) ? '0' : undefined;
  const likeO = likenessTo(one, letters);
  if (Math.max(likeZero, likeO) < MIN_LIKENESS || Math.abs(likeZero - likeO) < MIN_DIFFERENCE) return undefined;
  return likeZero > likeO ? '0' : 'O';
}

/** Without an O to compare with: whether it is as like the zeros as they are like each other. */
function isOneOf(likeZero: number, zeros: readonly RoundOne[]): boolean {
  if (zeros.length < MIN_ZEROS) return false;
  const among = zeros.map((zero) =>
    likenessTo(
      zero,
      zeros.filter((other) => other !== zero),
    ),
  );
  const middle = among.sort((one, other) => one - other)[among.length >> 1] ?? 1;
  return likeZero >= middle - SAME_LIKENESS;
}

function likenessTo({ shapes }: RoundOne, samples: readonly RoundOne[]): number {
  return likeness(shapes, meanShape(samples.flatMap((sample) => sample.shapes[0] ?? [])));
}
