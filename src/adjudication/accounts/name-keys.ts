import { parsePerson, type ParsedName, type ParsedPerson } from '../matching/names/parsed-name.js';
import { withoutParticles } from '../matching/names/particles.js';
import { MAX_WORDS } from '../matching/names/word-rules.js';
import { arabicKey, cyrillicKey } from '../matching/transliteration/romanisation.js';
import type { Spelling } from '../matching/transliteration/spelled-name.js';
import { namesOf, type NamedPerson } from './namesakes.js';

/**
 * What accounts without a birth date are found by: names that could be taken for one another have a key in common, so that
 * a decision compares with those that may be meant and not with all of them. Wider than `couldBeTaken`, for every way
 * in which the matcher calls two names not different; a spec holds that. What no key stands for is found by everybody.
 */
const ANYBODY = '*';
/** The shortest field that a zone may have cut (ICAO Doc 9303-5, 4.2.2). */
const SHORTEST_CUT = 30;
const BETWEEN_NAMES = '<<';

/** What such an account is kept under. */
export function keysKept(people: readonly NamedPerson[]): string[] {
  return distinct(
    people
      .flatMap(namesOf)
      .map(parsePerson)
      .flatMap((name) => ownKeys(name) ?? [ANYBODY]),
  );
}

/** What a person's namesakes among them are found under; undefined where it may be any of them. */
export function keysLookedFor(person: NamedPerson): string[] | undefined {
  const keys = new Set([ANYBODY]);
  for (const name of namesOf(person).map(parsePerson)) {
    const own = ownKeys(name);
    if (!own) return undefined;
    for (const key of own) keys.add(key);
    // Their family name may be this one's given name.
    for (const words of spellingsOf(name.given)) keys.add(familyKey(words));
  }
  return [...keys];
}

/**
 * Undefined for a name that agrees with too many: without a family name, or with one in a script that no table or key
 * covers.
 */
function ownKeys(name: ParsedPerson): string[] | undefined {
  const { family } = name;
  if (!family || family.script === 'other' || family.script === 'arabic') return undefined;
  return distinct([...spellingsOf(family).flatMap(familyKeys), ...bagKeys(name), ...cutKeys(name)]);
}

const distinct = (keys: readonly string[]): string[] => [...new Set(keys)];

/** With and without what may be a suffix of generation. */
const spellingsOf = (name: ParsedName | undefined): readonly Spelling[] =>
  name ? [...name.spellings, ...(name.generation?.name.spellings ?? [])] : [];

const familyKey = (words: Spelling): string => `f:${words.slice(0, MAX_WORDS).join('')}`;

/** The same letters, without particles, one of two surnames, another romanisation: E stands for A or I there. */
function familyKeys(words: Spelling): string[] {
  const whole = words.slice(0, MAX_WORDS);
  const parts = [whole, withoutParticles(whole)].flatMap((some) =>
    some.flatMap((_word, at) => [some.slice(0, at + 1), some.slice(at)]),
  );
  const letters = words.join('');
  return [
    ...parts.map(familyKey),
    `c:${cyrillicKey(letters, { gIsH: true })}`,
    `a:${arabicKey(letters).replace(/[EI]/g, 'A')}`,
  ];
}

/** The same letters in all, wherever given and family name begin and end. */
function bagKeys({ given, family }: ParsedPerson): string[] {
  const all = spellingsOf(family).flatMap((words) => {
    const givens = given ? spellingsOf(given) : [[]];
    return givens.map((others) => [...words, ...others].join(''));
  });
  return distinct(all.map((letters) => `b:${[...letters].sort().join('')}`));
}

/** A name that fills a zone, and one that was cut to it, begin their family names with the same letters. */
function cutKeys({ given, family }: ParsedPerson): string[] {
  const longestGiven = Math.max(0, ...spellingsOf(given).map((words) => words.join('<').length));
  return spellingsOf(family)
    .filter((words) => words.join('<').length + BETWEEN_NAMES.length + longestGiven >= SHORTEST_CUT)
    .map((words) => `z:${words.map((word) => word.charAt(0)).join('')}`);
}
