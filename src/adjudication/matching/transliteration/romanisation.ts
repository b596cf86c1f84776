import { ARABIC_READINGS } from './arabic-letters.js';

/**
 * Spellings beside those of ICAO Doc 9303: what newspapers, older passports and the people themselves write. A key is
 * what a name in capitals has in common with its other spellings; it is compared, never shown.
 */
type Rewriting = readonly (readonly [RegExp, string])[];

/**
 * Of names from Cyrillic: BGN/PCGN, the passports of before ICAO (French and English manner), GOST 7.79 and newspapers.
 * Щ, Ч, Ж, Х, Ц and the vowels with a glide are what they differ in. Lower case is what has been rewritten.
 */
const FROM_CYRILLIC: Rewriting = [
  [/SHCH|SCH/g, 'q'],
  [/(?:SH|CH)T/g, 'st'],
  [/CHR/g, 'hR'],
  [/TCH|TSCH|CH/g, 'c'],
  [/SH/g, 's'],
  [/KH/g, 'h'],
  [/H/g, 'h'],
  [/Zh/g, 'z'],
  [/OFF\b|OW\b/g, 'OV'],
  [/X/g, 'KS'],
  [/TS|TZ|C/g, 't'],
  // J is a glide before A, O, U and at the end, and elsewhere the French way to write Ж.
  [/J(?=[AOU]|$)/g, 'Y'],
  [/J/g, 'z'],
  // Only where a run of them begins: looking on from within it finds nothing, and takes the square of its length.
  [/(?<![YI])[YI]+A/g, 'ja'],
  [/(?<![YI])[YI]+U/g, 'ju'],
  // Ё is printed as Е.
  [/(?<![YI])[YI]+[OE]/g, 'E'],
  [/[YI]+/g, 'i'],
  [/W/g, 'V'],
];

/** Of names from Arabic script, which says little of vowels: length, doubling and the Egyptian G are left out. */
const FROM_ARABIC: Rewriting = [
  [/^EL/g, 'AL'],
  [/^ABD[AEU]L?L/g, 'ABDAL'],
  [/EE|II|IY|IE(?=.)/g, 'I'],
  [/OO|OU|UU/g, 'U'],
  [/Q|C(?!H)/g, 'K'],
  [/CH/g, 'SH'],
  [/G(?!H)/g, 'J'],
  [/W/g, 'V'],
  [/[AE]H$/g, 'A'],
  [/(?<=[AE])[IY](?![AEIOU])(?=.)/g, 'y'],
  [/[AE]y/g, 'y'],
  [/Y/g, 'I'],
  [/O/g, 'U'],
  [/AA/g, 'A'],
  [/(.)\1+/g, '$1'],
];

const rewrite = (text: string, rules: Rewriting): string =>
  rules.reduce((rewritten, [pattern, replacement]) => rewritten.replace(pattern, replacement), text);

export interface CyrillicOptions {
  /** Ukrainian and Belarusian Г, which Russian manner writes as G. */
  gIsH: boolean;
}

/** What all romanisations of one Cyrillic name, in capitals, have in common. */
export const cyrillicKey = (text: string, { gIsH }: CyrillicOptions): string =>
  rewrite(gIsH ? text.replace(/K?H|G/g, 'H') : text, FROM_CYRILLIC);

/** What romanisations of one name from Arabic script, in capitals, have in common, E aside: see {@link sameArabicKey}. */
export const arabicKey = (text: string): string => rewrite(text, FROM_ARABIC);

/** Whether two keys are of one name. E may stand for A or I once: Mohamed is Mohamad, Salem is not Selim. */
export function sameArabicKey(left: string, right: string): boolean {
  if (left.length !== right.length) return false;
  const apart = [...left].map((letter, at) => [letter, right[at] ?? ''].sort().join('')).filter(isTwoLetters);
  return apart.length === 0 || (apart.length === 1 && (apart[0] === 'AE' || apart[0] === 'EI'));
}

const isTwoLetters = ([a, b]: string): boolean => a !== b;

/** Longest name that is read aloud, in letters. */
const MAX_READ = 64;

/**
 * Whether a Latin spelling in capitals is a way to read a name in Arabic letters aloud. Walks through the letters with
 * all the places of the spelling that they may have come to, so it takes no more steps than letters times places.
 */
export function readsAs(arabic: string, latin: string): boolean {
  const letters = [...withoutDoubles(firstAlef(arabic).replace(/[\s\p{M}\p{P}]/gu, ''))];
  const text = withoutDoubles(latin.replace(/EE/g, 'I').replace(/OO/g, 'U'));
  if (letters.length > MAX_READ || text.length > 2 * MAX_READ) return false;
  let places = new Set([0]);
  for (const letter of letters) {
    const readings = Object.hasOwn(ARABIC_READINGS, letter) ? (ARABIC_READINGS[letter] ?? []) : [];
    places = new Set([...places].flatMap((place) => afterReading(text, place, readings)));
  }
  return places.has(text.length);
}

/** An alef that begins a word carries any vowel; that of the article carries the one that may stand before each letter. */
const firstAlef = (arabic: string): string => arabic.replace(/(^|\s)ال/g, '$1ل').replace(/(^|\s)ا/g, '$1أ');

const withoutDoubles = (text: string): string => text.replace(/(.)\1+/gu, '$1');

/** Where the text goes on after one letter: with or without a short vowel before it. */
function afterReading(text: string, place: number, readings: readonly string[]): number[] {
  const starts = /[AEIOU]/.test(text.charAt(place)) ? [place, place + 1] : [place];
  return starts.flatMap((start) =>
    readings.filter((reading) => text.startsWith(reading, start)).map((reading) => start + reading.length),
  );
}
