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

/**
 * Whether two words of a name are one, allowing for recognition: one letter in five may be wrong, in words of up to four
 * letters none.
 */
export function soundsLike(one: string, other: string): boolean {
  const allowed = Math.floor(Math.max(one.length, other.length) / 5);
  if (allowed === 0 || Math.abs(one.length - other.length) > allowed) return one === other;
  return isWithin(allowed, one, other);
}

/**
 * Whether so many letters put in, taken out or exchanged make one of the other (Levenshtein). Gives up at the first row
 * of the table that is all above it.
 */
function isWithin(allowed: number, one: string, other: string): boolean {
  let row = Array.from({ length: other.length + 1 }, (_none, index) => index);
  for (let at = 0; at < one.length; at++) {
    if (Math.min(...row) > allowed) return false;
    const next = [at + 1];
    for (let to = 0; to < other.length; to++) {
      const exchanged = (row[to] ?? 0) + (one[at] === other[to] ? 0 : 1);
      next.push(Math.min(exchanged, (row[to + 1] ?? 0) + 1, (next[to] ?? 0) + 1));
    }
    row = next;
  }
  return (row[other.length] ?? 0) <= allowed;
}
