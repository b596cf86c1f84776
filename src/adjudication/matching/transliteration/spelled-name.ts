import { ARABIC_LETTERS, FINAL_TEH_MARBUTA, SHADDA } from './arabic-letters.js';
import { CYRILLIC_LETTERS, CYRILLIC_SCHEMES, type CyrillicScheme } from './cyrillic-letters.js';
import { LATIN_LETTERS } from './latin-letters.js';
import { isMark, mayBeLeftOut, withoutAccents } from './marks.js';

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

/** An issuer spells a whole name one way: Latin letters all recommended, all plain, or all with the older marks. */
const LATIN_WAYS = 3;

/** Hyphens and fillers separate; apostrophes, full stops and invisible signs vanish (Doc 9303-3, 4.6). */
const DROPPED = /['’‘ʼʹ`´.\p{Cf}]/gu;
const SEPARATORS = /[^\p{L}\p{N}\p{M}]+/u;
const PLAIN_WORD = /^[A-Z0-9]+$/;

const own = <Value>(table: Readonly<Record<string, Value>>, letter: string): Value | undefined =>
  Object.hasOwn(table, letter) ? table[letter] : undefined;

/** A name in all its spellings. Total: whatever the text is, it takes well under a millisecond. */
export function spelledName(name: string): SpelledName {
  const letters = lettersOf(name);
  const words = letters.replace(DROPPED, '').split(SEPARATORS).filter(Boolean);
  const ways = /\p{Script=Cyrillic}/u.test(letters) ? CYRILLIC_SCHEMES.length : LATIN_WAYS;
  const found = new Map<string, Spelling>();
  for (let scheme = 0; scheme < ways; scheme++) {
    const spelling = words.map((word) => spellWord(word, scheme)).filter(Boolean);
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

function spellWord(word: string, scheme: number): string {
  const letters = [...word];
  let [spelled, latest, base] = ['', '', ''];
  for (const [at, letter] of letters.entries()) {
    const mark = isMark(letter);
    const spelledLetter = mark ? spellMark(letter, { base, latest }) : spellLetter({ letters, at }, scheme);
    if (!mark) base = letter;
    // What is not encoded, such as a vowel sign, does not come between a letter and its shadda.
    if (spelledLetter !== '') latest = spelledLetter;
    spelled += spelledLetter;
  }
  return spelled;
}

/** A mark that no letter took in: nothing, the letter before it again, or itself. */
function spellMark(mark: string, { base, latest }: { base: string; latest: string }): string {
  if (mark === SHADDA) return latest;
  return mayBeLeftOut(mark, base) ? '' : mark;
}

/** A letter of a word and where it stands. */
interface Place {
  letters: readonly string[];
  at: number;
}

function spellLetter(place: Place, scheme: number): string {
  const letter = place.letters[place.at] ?? '';
  if (/^[A-Z0-9]$/.test(letter)) return letter;
  const cyrillic = own(CYRILLIC_LETTERS, letter);
  if (cyrillic !== undefined) return exceptionOf(letter, CYRILLIC_SCHEMES[scheme], place) ?? cyrillic;
  const arabic = own(ARABIC_LETTERS, letter);
  if (arabic !== undefined) return letter === 'ة' && isLast(place) ? FINAL_TEH_MARBUTA : arabic;
  const latin = own(LATIN_LETTERS, letter);
  if (latin !== undefined) return latin[scheme] ?? latin[1] ?? latin[0];
  return withoutAccents(letter);
}

const isLast = ({ letters, at }: Place): boolean => at === letters.length - 1;

function exceptionOf(letter: string, scheme: CyrillicScheme | undefined, place: Place): string | undefined {
  const ended = isLast(place) ? own(scheme?.endings ?? {}, place.letters.slice(-2).join('')) : undefined;
  const begun = place.at === 0 ? own(scheme?.first ?? {}, letter) : undefined;
  return ended ?? begun ?? own(scheme?.letters ?? {}, letter);
}
