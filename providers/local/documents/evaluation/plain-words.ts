/** Letters that are not a plain letter with a mark on it. */
const PLAIN: Readonly<Record<string, string>> = { Æ: 'AE', Œ: 'OE', Ø: 'O', Đ: 'D', Ð: 'D', Ł: 'L', Þ: 'TH', Ħ: 'H' };

/** A zone spells `Ü` as `UE`, print may have either, and recognition often drops the dots: all are `U` here. */
const SPELLED_OUT = /(?<=[AOU])E|(?<=A)A/g;

/** Upper-case words of ASCII letters and digits, marks and apostrophes gone, everything else a gap. */
export function plainWords(text: string): string[] {
  return text
    .normalize('NFKD')
    .toUpperCase()
    .replace(/[ÆŒØĐÐŁÞĦ]/g, (letter) => PLAIN[letter] ?? letter)
    .replace(/[\p{M}'’‘ʼ`´]/gu, '')
    .split(/[^A-Z0-9]+/)
    .filter(Boolean);
}

/** A word of a name in the one spelling that all its spellings share. */
export function plainName(word: string): string {
  return word.replace(SPELLED_OUT, '');
}

/** Figures that recognition takes for letters; a name has none, so that no two names become one by this. */
const LETTER_FOR: Readonly<Record<string, string>> = { 0: 'O', 1: 'I', 5: 'S', 8: 'B' };

/**
 * Whether a word of a name may have been read as a word of print. Letters count one by one, and no letter stands for
 * another: a name has no check digit, and MARIA is neither MARTA nor MARIO. The recogniser read all names of 150 drawn
 * documents right (README, "Numbers of documents"); a figure for the letter that looks like it is all that is forgiven.
 *
 * @param word as the zone or the barcode has it
 * @param truncated the word may go on in print
 */
export function isReadAs(word: string, printed: string, { truncated }: { truncated: boolean }): boolean {
  const read = printed.replace(/[0158]/g, (figure) => LETTER_FOR[figure] ?? figure);
  return truncated ? read.startsWith(word) : read === word;
}
