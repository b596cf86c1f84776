/** What a word of generation says. They tell a father from his son (T63). */
export interface Suffix {
  means: string;
  /** It is somebody's name as well: Thúy Vi, João Neto, Junior. */
  isName: boolean;
}

const SUFFIXES: Readonly<Record<string, string>> = {
  ...{ JR: 'junior', JNR: 'junior', SR: 'senior', SNR: 'senior' },
  ...{ II: '2', '2ND': '2', III: '3', '3RD': '3', IV: '4', '4TH': '4', VII: '7' },
};
const NAMES_TOO: Readonly<Record<string, string>> = {
  ...{ JUNIOR: 'junior', SENIOR: 'senior', VI: '6', FILHO: 'filho', NETO: 'neto', SOBRINHO: 'sobrinho' },
};

/** Academic degrees, which some states print before the family name. They are nobody's name. */
const TITLES: ReadonlySet<string> = new Set(['DR', 'PROF']);

/** A name's words without a degree before them; a word that stands alone is always a name. */
export const withoutTitle = (words: readonly string[]): readonly string[] =>
  words.length > 1 && TITLES.has(words[0] ?? '') ? words.slice(1) : words;

/** What the last word says of a generation, if it may be such a word; whether it is one, the other side tells. */
export function suffixOf(words: readonly string[]): Suffix | undefined {
  const last = words.at(-1) ?? '';
  if (words.length < 2) return undefined;
  if (Object.hasOwn(SUFFIXES, last)) return { means: SUFFIXES[last] ?? '', isName: false };
  return Object.hasOwn(NAMES_TOO, last) ? { means: NAMES_TOO[last] ?? '', isName: true } : undefined;
}
