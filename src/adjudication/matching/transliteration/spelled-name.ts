import { ARABIC_LETTERS, SHADDA } from './arabic-letters.js';
import { waysAt, waysToSpell, type LetterWays } from './letter-ways.js';
import { mayBeLeftOut } from './marks.js';

/** Words of capitals and digits where all of the name could be spelled so, else of the letters as they are. */
export type Spelling = readonly string[];

export type Script = 'latin' | 'cyrillic' | 'arabic' | 'other';

/** A name in every spelling that a travel document may give it; empty when it holds no letters. */
export interface SpelledName {
  /** As it was written: capitals, composed, one space between words. */
  letters: string;
  /** The recommended spelling first, no two alike, at most as many as an alphabet has ways. */
  spellings: readonly Spelling[];
  /** What it is written in; `other` is what the tables of ICAO Doc 9303-3 do not cover. */
  script: Script;
}

/** Longest name that is looked at, in letters; the directory takes 120. */
const MAX_LETTERS = 128;

/** Hyphens and fillers separate; apostrophes, full stops and invisible signs vanish (Doc 9303-3, 4.6). */
const DROPPED = /['’‘ʼʹ`´.\p{Cf}]/gu;
const SEPARATORS = /[^\p{L}\p{N}\p{M}]+/u;
const PLAIN_WORD = /^[A-Z0-9]+$/;

/** A name in all its spellings. Total: whatever the text is, it takes well under a millisecond. */
export function spelledName(name: string): SpelledName {
  const letters = lettersOf(name);
  const words = letters.replace(DROPPED, '').split(SEPARATORS).filter(Boolean).map(readWord);
  const ways = waysToSpell(letters);
  const found = new Map<string, Spelling>();
  for (let way = 0; way < ways; way++) {
    const spelling = words.map((word) => spellWord(word, way)).filter(Boolean);
    if (spelling.length > 0) found.set(spelling.join(' '), spelling);
  }
  return { letters, spellings: [...found.values()], script: scriptOf(letters, [...found.values()]) };
}

/** Whether both are written with the same letters, case, spaces and composition aside. */
export const sameLetters = (a: SpelledName, b: SpelledName): boolean => a.letters === b.letters;

function lettersOf(name: string): string {
  const capitals = name.slice(0, MAX_LETTERS).normalize('NFKC').toUpperCase().normalize('NFC');
  return [...capitals].slice(0, MAX_LETTERS).join('').trim().replace(/\s+/gu, ' ');
}

function scriptOf(letters: string, spellings: readonly Spelling[]): Script {
  if (!spellings.every((words) => words.every((word) => PLAIN_WORD.test(word)))) return 'other';
  if (/\p{Script=Cyrillic}/u.test(letters)) return 'cyrillic';
  return /\p{Script=Arabic}/u.test(letters) ? 'arabic' : 'latin';
}

/** What is written in a zone for a mark that is a letter's doubling. */
const THE_LETTER_AGAIN = 'again';

type ReadLetter = LetterWays | typeof THE_LETTER_AGAIN;

/** A word's letters, each looked up once for all ways to spell it, without the marks that no zone has. */
function readWord(word: string): ReadLetter[] {
  const letters = [...word];
  const read: ReadLetter[] = [];
  let base = '';
  for (const [at, letter] of letters.entries()) {
    const ways = waysAt(letters, at);
    if (ways) {
      read.push(ways);
      base = letter;
    } else if (letter === SHADDA && ARABIC_LETTERS[base] !== undefined) read.push(THE_LETTER_AGAIN);
    else if (!mayBeLeftOut(letter, base)) read.push([letter]);
  }
  return read;
}

function spellWord(word: readonly ReadLetter[], way: number): string {
  let [spelled, latest] = ['', ''];
  for (const letter of word) {
    const next = letter === THE_LETTER_AGAIN ? latest : (letter[way] ?? letter[0]);
    // What is not encoded, such as a vowel sign, does not come between a letter and its shadda.
    if (next !== '') latest = next;
    spelled += next;
  }
  return spelled;
}
