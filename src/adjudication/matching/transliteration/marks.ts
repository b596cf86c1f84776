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

const ACCENTED = /[\p{sc=Latin}\p{sc=Greek}]/u;

/** Cyrillic is not among them: a letter that its table leaves out is another letter, as Ӯ is. */
export const mayHaveAccents = (letter: string): boolean => ACCENTED.test(letter);

/** A letter of Latin or Greek without the accents that are part of it. */
export const withoutAccents = (letter: string): string =>
  letter.normalize('NFD').replace(/\p{M}/gu, '').normalize('NFC');
