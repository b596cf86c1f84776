import { SeededRandom } from '../../scripts/harness/seeded-random.js';
import type { Culture } from './culture.js';
import { CYRILLIC_CULTURES } from './cyrillic-cultures.js';
import { OTHER_CULTURES } from './other-cultures.js';
import type { NameForms, Person } from './person.js';
import { WESTERN_CULTURES } from './western-cultures.js';

export const CULTURES: readonly Culture[] = [...WESTERN_CULTURES, ...CYRILLIC_CULTURES, ...OTHER_CULTURES];

/** Given names of a culture that are words of generation elsewhere; whoever reads them as such takes twins for one person. */
const LIKE_SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  Vietnamese: ['Vi', 'Tường Vi'],
  Portuguese: ['Júnior', 'Neto'],
};

/** Those of a culture; none for most. */
export const givenNamesLikeSuffixes = (culture: string): readonly NameForms[] =>
  (LIKE_SUFFIXES[culture] ?? []).map((print) => ({ print, otherSpellings: [], nicknames: [] }));

const SUFFIXES = ['Jr.', 'Sr.', 'II', 'III', 'IV'];
const OLDEST = Date.UTC(1945, 0, 1);
const DAYS = 60 * 365;
const MS_PER_DAY = 86_400_000;
/** Serial numbers use no letters that are taken for digits. */
const NUMBER_LETTERS = 'CFGHJKLMNPRTVWXYZ';
const NUMBER_DIGITS = 7;

/** Invented people of all cultures in turn. The same seed gives the same people, whatever their count. */
export function* generatePeople(seed: number, count: number): Generator<Person> {
  for (let at = 0; at < count; at++) {
    const culture = CULTURES[at % CULTURES.length];
    if (culture) yield inventPerson(culture, new SeededRandom(seed * 1_000_003 + at));
  }
}

/** One person of a culture. */
export function inventPerson(culture: Culture, random: SeededRandom): Person {
  const female = random.chance(0.5);
  const givenNames = female ? culture.female : culture.male;
  const first = random.pick(givenNames);
  const second = random.chance(culture.secondGivenName) ? random.pick(givenNames) : undefined;
  const given: NameForms[] = second && second !== first ? [first, middle(culture, { second, random })] : [first];
  const family = familyNames(culture, { female, random });
  const mononym = culture.pattern === 'mononym';
  return {
    culture: culture.name,
    nationality: culture.nationality,
    female,
    given: mononym ? [] : given,
    family: mononym ? [first] : family,
    ...(!female && random.chance(culture.suffixes) ? { suffix: random.pick(SUFFIXES) } : {}),
    familyFirst: culture.familyFirst,
    birthDate: new Date(OLDEST + random.below(DAYS) * MS_PER_DAY).toISOString().slice(0, 10),
    documentNumber: random.pick([...NUMBER_LETTERS]) + digits(random),
  };
}

/** A second given name, or the father's name where that is what stands there. */
function middle(culture: Culture, { second, random }: { second: NameForms; random: SeededRandom }): NameForms {
  return culture.pattern === 'middle_name' ? random.pick(culture.male) : second;
}

function familyNames(culture: Culture, { female, random }: { female: boolean; random: SeededRandom }): NameForms[] {
  const family = random.pick(female ? (culture.femaleFamilies ?? culture.families) : culture.families);
  if (culture.pattern !== 'two_surnames') return [family];
  return [family, random.pick(culture.families)];
}

function digits(random: SeededRandom): string {
  return Array.from({ length: NUMBER_DIGITS }, () => random.below(10)).join('');
}
