/**
 * Scripts whose marks are accents or vowel points. People write their names without them: capitals of Greek carry no
 * accent, Arabic and Hebrew print no vowels (ICAO Doc 9303-3, 6.C, encodes none), and a zone has no mark of any letter.
 */
const MAY_LACK_MARKS = /[\p{sc=Latin}\p{sc=Greek}\p{sc=Cyrillic}\p{sc=Arabic}\p{sc=Hebrew}]/u;
/** Marks of these scripts, and those that all scripts share; the two of kana are shared by name alone. */
const SHARED_MARK =
  /^(?![\u3099\u309A])[\p{sc=Inherited}\p{sc=Latin}\p{sc=Greek}\p{sc=Cyrillic}\p{sc=Arabic}\p{sc=Hebrew}]$/u;
/** Which of its shapes a letter is printed in: an ideograph's variant, and joiners. */
const INVISIBLE = /\p{DI}/u;

const FIRST_MARK = '\u0300';

export const isMark = (letter: string): boolean => letter >= FIRST_MARK && /\p{M}/u.test(letter);

/**
 * Whether a name is the same without this mark. In all other scripts it is not: the vowels of Devanagari, Tamil and Thai
 * are marks, and so is what makes ta of kana da.
 * @param base the letter that carries it; empty where a word begins with the mark
 */
export function mayBeLeftOut(mark: string, base: string): boolean {
  if (INVISIBLE.test(mark)) return true;
  return SHARED_MARK.test(mark) && (!/\p{L}/u.test(base) || MAY_LACK_MARKS.test(base));
}

/** Taking a letter apart is slow, and a name has the same letters over and over. */
const PLAIN_LETTERS = new Map<string, string>();
const MOST_PLAIN_LETTERS = 4_096;
/** Cyrillic is not among them: a letter that its table leaves out is another letter, as Ӯ is. */
const ACCENTED = /[\p{sc=Latin}\p{sc=Greek}]/u;

/** A letter of Latin or Greek without the accents that are part of it; of other scripts as it is. */
export function withoutAccents(letter: string): string {
  const known = PLAIN_LETTERS.get(letter);
  if (known !== undefined) return known;
  const plain = ACCENTED.test(letter) ? letter.normalize('NFD').replace(/\p{M}/gu, '').normalize('NFC') : letter;
  if (PLAIN_LETTERS.size < MOST_PLAIN_LETTERS) PLAIN_LETTERS.set(letter, plain);
  return plain;
}
