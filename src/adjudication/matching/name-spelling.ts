/**
 * Spellings of national letters in the machine-readable zone: ICAO Doc 9303-3 (8th edition), section 6.A. The first is
 * the recommended one; the others are the alternatives that the section allows or issuers use. Letters that are not
 * here lose their marks, which is what the table gives for all of them.
 */
const NATIONAL_LETTERS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  Ä: ['AE', 'A'],
  Å: ['AA', 'A'],
  Æ: ['AE'],
  Ð: ['D'],
  Đ: ['D'],
  Ħ: ['H'],
  ĸ: ['Q'],
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

/** An issuer spells a whole name one way: all recommended, all plain, or all with the older marks. */
const SCHEMES = [0, 1, 2] as const;

/** Hyphens and fillers separate; apostrophes and full stops vanish (Doc 9303-3, 4.6). */
const DROPPED = /['’‘ʼʹ`´.]/gu;
const SEPARATORS = /[^\p{L}\p{N}]+/u;
const LATIN_WORDS = /^[A-Z0-9 ]+$/;

/** Longest name that is looked at: the shared limit of the directory and the partners' fields. */
const MAX_LETTERS = 256;

function plainLetter(letter: string, scheme: (typeof SCHEMES)[number]): string {
  const spellings = Object.hasOwn(NATIONAL_LETTERS, letter) ? NATIONAL_LETTERS[letter] : undefined;
  if (spellings) return spellings[scheme] ?? spellings[1] ?? spellings[0];
  return letter.normalize('NFD').replace(/\p{M}/gu, '').normalize('NFC');
}

/** The words of a name as one scheme of the machine-readable zone spells them; empty when it holds no letters. */
function spell(name: string, scheme: (typeof SCHEMES)[number]): string[] {
  const letters = [...name.slice(0, MAX_LETTERS).normalize('NFKC').toUpperCase().normalize('NFC')];
  const plain = letters.map((letter) => plainLetter(letter, scheme)).join('');
  return plain.replace(DROPPED, '').split(SEPARATORS).filter(Boolean);
}

export interface SpelledName {
  /** Every spelling as words, the recommended one first, without repetition. */
  spellings: readonly (readonly string[])[];
  /** Whether the machine-readable zone could carry it: Latin letters only, after transliteration. */
  latin: boolean;
}

/** A name in every spelling that a travel document may give it. */
export function spelledName(name: string): SpelledName {
  const found = new Map<string, string[]>();
  for (const scheme of SCHEMES) {
    const words = spell(name, scheme);
    if (words.length > 0) found.set(words.join(' '), words);
  }
  return { spellings: [...found.values()], latin: [...found.keys()].every((text) => LATIN_WORDS.test(text)) };
}

/** Case, spaces and composition aside, the letters themselves. */
export function sameLetters(a: string, b: string): boolean {
  const plain = (text: string): string => text.normalize('NFC').toUpperCase().trim().replace(/\s+/gu, ' ');
  return plain(a) === plain(b);
}
