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
