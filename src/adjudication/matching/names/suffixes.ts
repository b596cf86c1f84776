/** Words of generation behind a name, by what they mean. They tell a father from his son (T63). */
const SUFFIXES: Readonly<Record<string, string>> = {
  ...{ JR: 'junior', JNR: 'junior', JUNIOR: 'junior', SR: 'senior', SNR: 'senior', SENIOR: 'senior' },
  ...{ II: '2', '2ND': '2', III: '3', '3RD': '3', IV: '4', '4TH': '4', VI: '6', VII: '7' },
  ...{ FILHO: 'filho', NETO: 'neto', SOBRINHO: 'sobrinho' },
};

/** Academic degrees, which some states print before the family name. They are nobody's name. */
const TITLES: ReadonlySet<string> = new Set(['DR', 'PROF']);

export interface BareWords {
  words: readonly string[];
  suffix?: string;
}

/** A name's words without degree before and suffix behind; a word that stands alone is always a name. */
export function withoutSuffix(words: readonly string[]): BareWords {
  const named = words.length > 1 && TITLES.has(words[0] ?? '') ? words.slice(1) : words;
  const last = named.at(-1) ?? '';
  if (named.length < 2 || !Object.hasOwn(SUFFIXES, last)) return { words: named };
  return { words: named.slice(0, -1), suffix: SUFFIXES[last] };
}
