import type { Spelling } from '../transliteration/spelled-name.js';
import type { ParsedName } from './parsed-name.js';

/** A rule about the words of two spellings; every rule here gives the same for (a, b) and (b, a). */
export type WordRule = (a: Spelling, b: Spelling) => boolean;

/** Longest list of words that rules walk through; nobody's name is longer. */
export const MAX_WORDS = 24;
const SHORTEST_NAME = 2;

/** Whether the rule holds for some spelling of each. */
export const someSpelling = (a: ParsedName, b: ParsedName, rule: WordRule): boolean =>
  a.spellings.some((left) => b.spellings.some((right) => rule(left.slice(0, MAX_WORDS), right.slice(0, MAX_WORDS))));

/** The same letters wherever the spaces stand: DELACRUZ is de la Cruz, Mary-Ann is Maryann. */
export const sameJoined: WordRule = (a, b) => a.join('') === b.join('');

/** All words of one are words of the other, in their order. Initials are not names here. */
export const someWords: WordRule = (a, b) => isPartOf(a, b) || isPartOf(b, a);

function isPartOf(few: Spelling, many: Spelling): boolean {
  if (few.length === 0 || few.some((word) => word.length < SHORTEST_NAME)) return false;
  let next = 0;
  for (const word of many) if (word === few[next]) next += 1;
  return next === few.length;
}

/** The same, and the first word is among them. */
export const firstAndSomeWords: WordRule = (a, b) => a[0] === b[0] && someWords(a, b);

/** The first words of one, or its last, are all words of the other. */
export const firstOrLastWords: WordRule = (a, b) => {
  const [few, many] = a.length < b.length ? [a, b] : [b, a];
  if (few.length === 0 || few.length === many.length) return false;
  const joined = few.join(' ');
  return many.slice(0, few.length).join(' ') === joined || many.slice(-few.length).join(' ') === joined;
};

/** As many words on each side, each the same or the initial of the other. */
export const initials: WordRule = (a, b) =>
  a.length === b.length && a.every((word, at) => sameOrInitial(word, b[at] ?? ''));

function sameOrInitial(a: string, b: string): boolean {
  return a === b || (isInitial(a) && b.startsWith(a)) || (isInitial(b) && a.startsWith(b));
}

/** One letter of an alphabet that has capitals. Elsewhere it is a syllable or a word, and a name: 明 is not 明华. */
const isInitial = (word: string): boolean => /^\p{Lu}$/u.test(word);

/** Most letters apart that a slip of the pen makes. */
const MAX_SLIP = 2;
const SHORTEST_WITH_SLIP = 4;
const LONGEST_WITH_SLIP = 32;

/** One or two letters left out, added, exchanged or swapped with their neighbour. */
export const slip: WordRule = (a, b) => {
  const [left, right] = [a.join(''), b.join('')];
  const lengths = [left.length, right.length];
  if (Math.min(...lengths) < SHORTEST_WITH_SLIP || Math.max(...lengths) > LONGEST_WITH_SLIP) return false;
  return Math.abs(left.length - right.length) <= MAX_SLIP && edits(left, right) <= MAX_SLIP;
};

/** Optimal string alignment distance. */
function edits(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_none, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      next.push(
        Math.min(
          (next[j - 1] ?? 0) + 1,
          (row[j] ?? 0) + 1,
          (row[j - 1] ?? 0) + cost,
          swapped ? (before[j - 2] ?? 0) + 1 : Infinity,
        ),
      );
    }
    [before, row] = [row, next];
  }
  return row[b.length] ?? Infinity;
}
