import type { SeededRandom } from '../harness/seeded-random.js';
import type { Culture } from '../../test/people/culture.js';
import { CULTURES, givenNamesLikeSuffixes, inventPerson } from '../../test/people/generate-people.js';
import { inOwnScript, type NameForms, type Person } from '../../test/people/person.js';
import { claimsOf, inCapitals, inZoneLetters, PARTICLE, withoutMarks } from './claims.js';
import { editsBetween, type Pair } from './matching-rules.js';
import { pairOf, type PairClass } from './pair-class.js';

/** A class of two people; `other` makes the second from the first, who keeps a document of their own. */
function different(
  name: string,
  other: (person: Person, random: SeededRandom) => Partial<Person> | undefined,
  more: Pick<PairClass, 'limit'> & { shared?: true } = {},
): PairClass {
  return {
    name,
    samePerson: false,
    ...(more.limit ? { limit: more.limit } : {}),
    make(person, random) {
      const changed = other(person, random);
      if (!changed) return undefined;
      const second = { ...person, documentNumber: `A${person.documentNumber.slice(1)}`, ...changed };
      const [record, document] = [claimsOf(person), inCapitals(claimsOf(second))];
      const sameClaims =
        record.givenName?.toUpperCase() === document.givenName && record.birthDate === document.birthDate;
      const isSame = sameClaims && record.familyName?.toUpperCase() === document.familyName;
      if (isSame && !more.shared && !more.limit) return undefined;
      return { ...pairOf(record, document), nameIsShared: more.shared === true };
    },
  };
}

const cultureOf = (person: Person): Culture => {
  const found = CULTURES.find(({ name }) => name === person.culture);
  if (!found) throw new Error('a person of no culture');
  return found;
};

/** Somebody else of the same culture and sex. */
function another(person: Person, random: SeededRandom): Person {
  for (;;) {
    const made = inventPerson(cultureOf(person), random);
    if (made.female === person.female && made.documentNumber !== person.documentNumber) return made;
  }
}

const MS_PER_DAY = 86_400_000;
const later = (date: string, days: number): string =>
  new Date(Date.parse(date) + days * MS_PER_DAY).toISOString().slice(0, 10);

const NEAR = 2;

/** A name of the same list that is one or two letters away. */
function nearName(name: NameForms, list: readonly NameForms[], random: SeededRandom): NameForms | undefined {
  const near = list.filter((other) => areTwoNames(name, other) && editsBetween(folded(other), folded(name)) <= NEAR);
  return near.length > 0 ? random.pick(near) : undefined;
}

/**
 * Neither is a form of the other that a class of one person has: a nickname, national letters (Jörgen and Jørgen), words
 * joined (Leroy and Le Roy), a particle left out (Santos and dos Santos). Nobody can have it both ways.
 */
function areTwoNames(a: NameForms | undefined, b: NameForms | undefined): boolean {
  if (!a || !b) return a !== b;
  if (a.nicknames.includes(b.print) || b.nicknames.includes(a.print)) return false;
  return folded(a) !== folded(b) && inZoneLetters(a.print) !== inZoneLetters(b.print);
}

const folded = ({ print }: NameForms): string =>
  withoutMarks(print)
    .replace(PARTICLE, '')
    .replace(/[\s'-]/g, '')
    .toUpperCase();

const givenList = (person: Person): readonly NameForms[] =>
  person.female ? cultureOf(person).female : cultureOf(person).male;

function familyList(person: Person): readonly NameForms[] {
  const { families, femaleFamilies } = cultureOf(person);
  return person.female ? (femaleFamilies ?? families) : families;
}

/** The names are made one person's of another: `given[0]` or `family[0]` is replaced. */
const withFirst = (names: readonly NameForms[], first: NameForms | undefined): readonly NameForms[] | undefined =>
  first && names.length > 0 ? [first, ...names.slice(1)] : undefined;

/** One is a word of the other, marks aside, as María is of Maria Jesús: a class of its own, among the limits. */
const isOneInTheOther = (a: NameForms, b: NameForms): boolean =>
  [a, b].some((name, at) =>
    inZoneLetters([b, a][at]?.print ?? '')
      .split(' ')
      .includes(inZoneLetters(name.print)),
  );

const twins = different('twins', (person, random) => {
  const { given } = another(person, random);
  const [first, other] = [person.given[0], given[0]];
  if (!other || (first && isOneInTheOther(first, other))) return undefined;
  return areTwoNames(other, first) ? { given } : undefined;
});

const nearTwins = different('twins with near names', (person, random) => {
  const [first] = person.given;
  const given = first && withFirst(person.given, nearName(first, givenList(person), random));
  return given && { given };
});

const nearSurnames = different('near surnames, same given name and birth date', (person, random) => {
  const [first] = person.family;
  const family = first && withFirst(person.family, nearName(first, familyList(person), random));
  return family && person.given.length > 0 ? { family } : undefined;
});

const SUFFIXES = ['Jr.', 'Sr.', 'II', 'III', 'IV'];
const GENERATION_DAYS = 9_000;

const fatherAndSon = different('father and son', (person, random) => {
  if (person.suffix === undefined) return undefined;
  const suffix = random.pick(SUFFIXES.filter((each) => each !== person.suffix));
  return { suffix, birthDate: later(person.birthDate, GENERATION_DAYS + random.below(3_000)) };
});

const otherBirthDate = different('same name, other birth date', (person, random) => ({
  birthDate: later(person.birthDate, 1 + random.below(12_000)),
}));

const namesakes = different('namesakes in the directory, same birth date', () => ({}), { shared: true });

const siblings = different('siblings', (person, random) => {
  const { given } = another(person, random);
  if (given.length === 0) return undefined;
  return { given, birthDate: later(person.birthDate, 300 + random.below(4_000)) };
});

const sharedSurname = different('one surname shared, same given name and birth date', (person, random) => {
  const [first, second] = person.family;
  if (!first || !second) return undefined;
  const [, other] = another(person, random).family;
  return other && other !== first && areTwoNames(other, second) ? { family: [first, other] } : undefined;
});

const sharedGiven = different('twins who share the first given name', (person, random) => {
  const [first, second] = person.given;
  const other = random.pick(givenList(person));
  if (!first || !second || other === first) return undefined;
  return areTwoNames(other, second) && !isOneInTheOther(other, second) ? { given: [first, other] } : undefined;
});

const likeSuffixes = different('twins, one with a given name that is a suffix elsewhere', (person, random) => {
  const [first, second] = person.given;
  const other = givenNamesLikeSuffixes(person.culture).at(random.below(2));
  if (!first || !second || !other) return undefined;
  // A name that is part of the other's is a class of its own, among the limits.
  const isPart = second.print.endsWith(other.print) || other.print.endsWith(second.print);
  return isPart ? undefined : { given: [first, other] };
});

const exchangedOther = different('names exchanged, other birth date', (person, random) => {
  if (person.given.length === 0) return undefined;
  return { given: person.family, family: person.given, birthDate: later(person.birthDate, 1 + random.below(9_000)) };
});

/** The record in its own script, the other's document in Latin letters. */
const transliterationMiss: PairClass = {
  name: 'near names, record in Cyrillic or Arabic',
  samePerson: false,
  make(person, random): Pair | undefined {
    const pair = (random.chance(0.5) ? nearTwins : nearSurnames).make(person, random);
    const [givenName, familyName] = [inOwnScript(person.given), inOwnScript(person.family)];
    return pair && givenName && familyName ? { ...pair, record: { ...pair.record, givenName, familyName } } : undefined;
  },
};

/** Ann Abell and Anna Bell: the border between the names is the only difference. */
const otherWords: PairClass = {
  name: 'the same letters in other words, same birth date',
  samePerson: false,
  make(person): Pair | undefined {
    const record = claimsOf(person);
    const { givenName = '', familyName = '' } = record;
    // A y at the beginning comes and goes between romanisations: Yizhak is Izhak.
    if (![givenName, familyName].every((name) => /^[A-Za-z]{3,}$/.test(name)) || /^y/i.test(familyName))
      return undefined;
    const [moved, rest] = [familyName.slice(0, 1), familyName.slice(1)];
    const names = { givenName: `${givenName}${moved.toLowerCase()}`, familyName: rest };
    return pairOf(record, inCapitals({ ...record, ...names, documentNumber: `A${person.documentNumber.slice(1)}` }));
  },
};

const unrelated = different('anybody else of the same culture', (person, random) => another(person, random));

const subsetTwins = different(
  'twin whose name is part of the other’s',
  ({ given }) => (given.length > 1 ? { given: given.slice(0, 1) } : undefined),
  { limit: true },
);
const fewerSurnames = different(
  'one surname less, same given name and birth date',
  ({ family }) => (family.length > 1 ? { family: family.slice(0, 1) } : undefined),
  { limit: true },
);
const namesakesOutside = different('namesake outside the directory, same birth date', () => ({}), { limit: true });

export const DIFFERENT_PEOPLE: readonly PairClass[] = [
  ...[twins, nearTwins, nearSurnames, fatherAndSon, otherBirthDate, namesakes, siblings, sharedSurname, sharedGiven],
  ...[
    likeSuffixes,
    exchangedOther,
    transliterationMiss,
    otherWords,
    unrelated,
    subsetTwins,
    fewerSurnames,
    namesakesOutside,
  ],
];
