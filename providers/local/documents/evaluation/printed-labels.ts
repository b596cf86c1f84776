import type { PrintedLine } from '../document-reading.js';
import { alpha3Of, isNationality } from '../mrz/issuing-states.js';
import type { Sex } from './document-sources.js';
import { nationalityNamed } from './nationality-names.js';
import { plainWords } from './plain-words.js';

/** Captions in English, French, Spanish, German, Italian, Portuguese and Dutch, without marks. */
const SEX_CAPTIONS: ReadonlySet<string> = new Set(['SEX', 'SEXE', 'SEXO', 'GESCHLECHT', 'SESSO', 'GESLACHT']);
const NATIONALITY_CAPTIONS: ReadonlySet<string> = new Set([
  ...['NATIONALITY', 'NATIONALITE', 'NACIONALIDAD', 'STAATSANGEHORIGKEIT', 'NAZIONALITA', 'CITTADINANZA'],
  ...['NACIONALIDADE', 'NATIONALITEIT'],
]);

/** As Doc 9303-4, 4.1.1.1, has it printed: F, M or X, behind an oblique where the issuer has letters of its own. */
const SEXES: ReadonlyMap<string, Sex> = new Map([
  ['F', 'female'],
  ['M', 'male'],
  ['X', 'unspecified'],
]);

/** Beside a caption: in heights of its line, how far below it or behind it a value begins, and how far out of line. */
const MAX_BELOW = 2.5;
const MAX_BEHIND = 6;
const MAX_ASIDE = 1.5;
const SAME_ROW = 0.5;

/** The sex that stands beside its caption; undefined when there is none, it was misread, or several that differ. */
export function printedSex(sides: readonly (readonly PrintedLine[])[]): Sex | undefined {
  return theOnly(valuesBeside(sides, SEX_CAPTIONS).map(sexOf));
}

/**
 * A sex that is a line by itself, for documents whose short captions were not read, as most are not. Not of a licence:
 * there such a letter may be a class. On 134 drawn documents none was wrong, an F was never read (README).
 */
export function loneSex(sides: readonly (readonly PrintedLine[])[]): Sex | undefined {
  return theOnly(sides.flat().map(({ text }) => SEXES.get(text.trim())));
}

/** The nationality beside its caption, as in `alpha3Of`; only codes and names that are known by heart. */
export function printedNationality(sides: readonly (readonly PrintedLine[])[]): string | undefined {
  return theOnly(valuesBeside(sides, NATIONALITY_CAPTIONS).map(nationalityOf));
}

function sexOf(words: readonly string[]): Sex | undefined {
  const last = words.at(-1);
  const isValue = words.length <= 2 && words.every(({ length }) => length === 1);
  return isValue && last !== undefined ? SEXES.get(last) : undefined;
}

function nationalityOf(words: readonly string[]): string | undefined {
  const [word = ''] = words;
  // Codes have no figures, and recognition gives O as a zero as often as not.
  const code = word.replaceAll('0', 'O').replaceAll('1', 'I');
  if (words.length === 1 && isNationality(code.padEnd(3, '<'))) return alpha3Of(code);
  return nationalityNamed(words);
}

function theOnly<Value>(values: readonly (Value | undefined)[]): Value | undefined {
  const known = new Set(values.filter((value) => value !== undefined));
  return known.size === 1 ? [...known][0] : undefined;
}

/** The words that may be the value of each caption: behind it in its own line, else in the line below, else in its row. */
function valuesBeside(sides: readonly (readonly PrintedLine[])[], captions: ReadonlySet<string>): string[][] {
  return sides.flatMap((lines) =>
    lines.flatMap((line) => {
      const words = lettersOf(line.text);
      const at = words.findLastIndex((word) => captions.has(word));
      if (at < 0) return [];
      const values = valueLines(lines, line).map(({ text }) => plainWords(text));
      return [words.slice(at + 1), ...values].filter((found) => found.length > 0);
    }),
  );
}

/** The lines that may be the value of each caption, where it is not in the caption's own line. */
export function linesBeside(lines: readonly PrintedLine[], captions: ReadonlySet<string>): PrintedLine[] {
  const isCaption = ({ text }: PrintedLine): boolean => lettersOf(text).some((word) => captions.has(word));
  return lines.filter(isCaption).flatMap((caption) => valueLines(lines, caption));
}

function valueLines(lines: readonly PrintedLine[], caption: PrintedLine): PrintedLine[] {
  const others = lines.filter((other) => other !== caption);
  const below = others.find((other) => isBelow(caption, other));
  const behind = others.find((other) => isBehind(caption, other));
  return [below, behind].filter((line) => line !== undefined);
}

/** Runs of letters: the number of a field often sticks to its caption (`15SEX`). */
function lettersOf(text: string): string[] {
  return plainWords(text).flatMap((word) => word.match(/[A-Z]+/g) ?? []);
}

function isBelow({ box: caption }: PrintedLine, { box }: PrintedLine): boolean {
  const down = (middleOf(box) - middleOf(caption)) / caption.height;
  return down > SAME_ROW && down <= MAX_BELOW && Math.abs(box.left - caption.left) <= MAX_ASIDE * caption.height;
}

function isBehind({ box: caption }: PrintedLine, { box }: PrintedLine): boolean {
  const gap = (box.left - caption.left - caption.width) / caption.height;
  const isInRow = Math.abs(middleOf(box) - middleOf(caption)) <= SAME_ROW * caption.height;
  return isInRow && gap >= -SAME_ROW && gap <= MAX_BEHIND;
}

function middleOf({ top, height }: PrintedLine['box']): number {
  return top + height / 2;
}
