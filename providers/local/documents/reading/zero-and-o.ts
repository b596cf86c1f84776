import { formatOf, MRZ_FIELDS, MRZ_LAYOUTS, type MrzField } from '../mrz/mrz-layout.js';
import { likeness, meanShape, type LetterShape, type RoundLetters } from './letter-shapes.js';

/** Where only figures stand, and where only letters do: what looks like a round one there is a zero, or an O. */
const FIGURE_FIELDS: readonly MrzField[] = ['birthDate', 'birthDateDigit', 'expiryDate', 'expiryDateDigit'];
const LETTER_FIELDS: readonly MrzField[] = ['issuer', 'nationality', 'names'];

/** How much more like one than the other a shape must be, and how like it at all (measured: README, "Numbers"). */
const MIN_DIFFERENCE = 0.005;
const MIN_LIKENESS = 0.8;

/** Zeros of one zone are this much alike; no O is (measured as above). */
const SAME_LIKENESS = 0.005;
const MIN_ZEROS = 3;

interface RoundOne {
  line: number;
  column: number;
  field: MrzField;
  shapes: readonly LetterShape[];
}

/**
 * Tells the figure 0 and the letter O apart by their shapes. OCR-B draws them differently, but the engine guesses by
 * what stands beside them, and two such mistakes can cancel out in a check digit. Every zone brings its own samples: the
 * zeros of its dates, the Os of its names and countries. Decides by the picture alone, whatever the digits say; keeps
 * what was read where the shapes do not tell.
 */
export function settleZeroAndO(lines: readonly string[], letters: RoundLetters): string[] {
  const round = roundOnes(lines, letters);
  const settled = lines.map((line) => [...line]);
  for (const one of round) {
    const others = round.filter((other) => other !== one);
    const decided = zeroOrO(one, {
      zeros: others.filter(({ field }) => FIGURE_FIELDS.includes(field)),
      letters: others.filter(({ field }) => LETTER_FIELDS.includes(field)),
    });
    const line = settled[one.line];
    if (decided && line && !suits(line[one.column], one.field)) line[one.column] = decided;
  }
  return settled.map((line) => line.join(''));
}

/** A zero among figures and an O among letters stay: a blurred shape says less than the place. */
function suits(letter: string | undefined, field: MrzField): boolean {
  return letter === '0' ? FIGURE_FIELDS.includes(field) : LETTER_FIELDS.includes(field);
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
      return shapes.length > 0 ? [{ line: span.line, column, field, shapes }] : [];
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
