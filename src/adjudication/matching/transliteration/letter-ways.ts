import { ARABIC_LETTERS, FINAL_TEH_MARBUTA } from './arabic-letters.js';
import { CYRILLIC_LETTERS, CYRILLIC_SCHEMES, type CyrillicScheme } from './cyrillic-letters.js';
import { LATIN_LETTERS, LATIN_SCHEMES, SCHEMES_WITHOUT_SCHWA, SCHWA } from './latin-letters.js';
import { isMark, mayHaveAccents, withoutAccents } from './marks.js';

/**
 * How one letter is spelled in every way that a whole name may be spelled, by the number of the way; alone where all agree.
 * An issuer spells all of a name one way: a name with Cyrillic letters has a way for each scheme, any other the first few.
 */
export type LetterWays = readonly [string, ...string[]];

const CYRILLIC_WAYS = CYRILLIC_SCHEMES.length;

/** In how many ways a name is spelled: in Latin letters all recommended, all plain, or all with the older marks. */
export function waysToSpell(letters: string): number {
  if (/\p{Script=Cyrillic}/u.test(letters)) return CYRILLIC_WAYS;
  return letters.includes(SCHWA) ? LATIN_SCHEMES.length : SCHEMES_WITHOUT_SCHWA;
}

/** Letters that some scheme spells otherwise at one end of a word. */
const OTHERWISE_AT_ENDS: ReadonlySet<string> = new Set(
  CYRILLIC_SCHEMES.flatMap(({ first = {}, endings = {} }) => [
    ...Object.keys(first),
    ...Object.keys(endings).map((ending) => ending.slice(-1)),
  ]),
);

const own = <Value>(table: Readonly<Record<string, Value>>, letter: string): Value | undefined =>
  Object.hasOwn(table, letter) ? table[letter] : undefined;

/** What each way makes of a letter. */
const inEachWay = (spelled: (scheme: CyrillicScheme, way: number) => string): LetterWays =>
  CYRILLIC_SCHEMES.map(spelled) as [string, ...string[]];

/** There are more ways to spell Cyrillic than Latin letters; a name that has both has its Latin ones plain. */
const schemeOf = (way: number): (typeof LATIN_SCHEMES)[number] => LATIN_SCHEMES[way] ?? LATIN_SCHEMES[1];

/**
 * All letters of the tables, and every other one of Latin and Greek once it was taken apart, which is slow. There are some
 * two thousand of them: whatever names are sent, this grows no larger, and what nobody's name has pushes nothing out.
 */
const KNOWN_LETTERS = new Map<string, LetterWays>([
  ...Object.entries(LATIN_LETTERS).map(
    ([letter, latin]) =>
      [letter, inEachWay((_scheme, way) => latin[schemeOf(way).spelling] ?? latin[1] ?? latin[0])] as const,
  ),
  [SCHWA, inEachWay((_scheme, way) => schemeOf(way).schwa)],
  ...Object.entries(ARABIC_LETTERS).map(([letter, spelled]) => [letter, [spelled]] as const),
  ...Object.entries(CYRILLIC_LETTERS).map(
    ([letter, usual]) => [letter, inEachWay(({ letters }) => own(letters, letter) ?? usual)] as const,
  ),
]);

/** How the letter at this place of a word is spelled; undefined for a mark, which leans on the letters before it. */
export function waysAt(letters: readonly string[], at: number): LetterWays | undefined {
  const letter = letters[at] ?? '';
  const isLast = at === letters.length - 1;
  if (isLast && letter === 'ة') return [FINAL_TEH_MARBUTA];
  const usual = waysOf(letter);
  if (!OTHERWISE_AT_ENDS.has(letter)) return usual;
  const ending = isLast ? letters.slice(-2).join('') : '';
  return inEachWay(
    ({ endings = {}, first = {} }, way) =>
      own(endings, ending) ?? (at === 0 ? own(first, letter) : undefined) ?? usual?.[way] ?? letter,
  );
}

function waysOf(letter: string): LetterWays | undefined {
  const known = KNOWN_LETTERS.get(letter);
  if (known) return known;
  if (isMark(letter)) return undefined;
  if (!mayHaveAccents(letter)) return [letter];
  const ways: LetterWays = [withoutAccents(letter)];
  KNOWN_LETTERS.set(letter, ways);
  return ways;
}
