/**
 * National Latin letters in the machine-readable zone: ICAO Doc 9303-3 (8th edition), section 6.A. First the recommended
 * spelling, then the plain letter that the section allows or issuers use, then the older one with marks. Every other
 * letter of the table stands for itself without its marks, which is what the table gives for all of them.
 */
export const LATIN_LETTERS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  Ä: ['AE', 'A'],
  Å: ['AA', 'A'],
  Æ: ['AE'],
  Ð: ['D'],
  // `DJ` is how Serbs and Croats write it where the letter is missing; it is not in the table.
  Đ: ['D', 'DJ'],
  Ħ: ['H'],
  ĸ: ['Q'],
  Ĳ: ['IJ'],
  Ł: ['L'],
  Ñ: ['N', 'N', 'NXX'],
  Ŋ: ['N'],
  Ö: ['OE', 'O'],
  Ø: ['OE', 'O'],
  Œ: ['OE'],
  Ŧ: ['T'],
  Þ: ['TH'],
  Ü: ['UE', 'U', 'UXX'],
  ẞ: ['SS'],
};

/**
 * The Azerbaijani letter (U+018F), in most names of that country and not in the table. Nothing published says what stands for
 * it in a zone: issuers write A (Aliyev) and E (Eliyev), so both count, whichever way the name's other letters are spelled.
 */
export const SCHWA = 'Ə';
const SCHWA_AS_A = 'A';
const SCHWA_AS_E = 'E';

/** Which spelling of the table a whole name takes – recommended, plain, with the older marks – and what Ə is in it. */
export const LATIN_SCHEMES = [
  { spelling: 0, schwa: SCHWA_AS_A },
  { spelling: 1, schwa: SCHWA_AS_E },
  { spelling: 2, schwa: SCHWA_AS_E },
  { spelling: 1, schwa: SCHWA_AS_A },
  { spelling: 0, schwa: SCHWA_AS_E },
] as const;

/** How many of them, from the first, differ in a name without Ə. */
export const SCHEMES_WITHOUT_SCHWA = 3;
