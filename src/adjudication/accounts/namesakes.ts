import type { ProofedAttributes } from '../../directory/subject.js';
import { compareRead } from '../matching/compare-names.js';
import { formalNamesOf } from '../matching/names/nicknames.js';
import { withoutParticles } from '../matching/names/particles.js';
import { parsePerson, renamed, type ParsedPerson, type PersonName } from '../matching/names/parsed-name.js';
import { customsOf } from '../matching/names/states.js';

/** What a person is called, somewhere: in the profile or in the proofing record. */
export type NamedPerson = Pick<ProofedAttributes, 'givenName' | 'familyName' | 'birthDate' | 'formerNames'>;

/** Stands for a birth date that nobody recorded, or not to the day. */
export const UNKNOWN_BIRTH_DATE = '?';
const FULL_DATE = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;

/** One state for each rule that holds for the names of some states only: what nobody wrote down allows them all. */
const ANY_STATE = customsOf(['ESP', 'RUS', 'UKR', 'EGY', 'IDN']);

/** Whether the date says the day: no other tells anybody apart. */
export const isFullDate = (date: string | undefined): date is string => date !== undefined && FULL_DATE.test(date);

/** The birth dates an account is found by; a profile and a record that disagree are found by both. */
export function birthKeysOf(people: readonly NamedPerson[]): string[] {
  const dates = people.flatMap(({ birthDate }) => (birthDate === undefined ? [] : [birthDate]));
  const keys = dates.map((date) => (isFullDate(date) ? date : UNKNOWN_BIRTH_DATE));
  return keys.length > 0 ? [...new Set(keys)] : [UNKNOWN_BIRTH_DATE];
}

/**
 * Whether a document of the one might pass for the other's, by their names: nothing the matcher calls different, under
 * the customs of any state, with former names on both sides. Wider than what it lets pass, on purpose. A name that cannot
 * be compared tells nobody apart. Pure.
 *
 * @internal
 */
export function couldBeTaken(one: NamedPerson, other: NamedPerson): boolean {
  return isOneOf(readNames(one), readNames(other));
}

/**
 * The person under the name on a document as well, where that may be theirs. A document of “García López” passes for “García”
 * and for “López”, who have no name in common: who shows it may be either of them. Pure and total.
 *
 * @param shown what was read of the document; of any type
 */
export function asShown<Person extends NamedPerson>(person: Person, shown: unknown): Person {
  const { givenName, familyName } = (typeof shown === 'object' && shown !== null ? shown : {}) as Record<
    string,
    unknown
  >;
  const name: PersonName = {
    ...(typeof givenName === 'string' && givenName !== '' ? { givenName } : {}),
    ...(typeof familyName === 'string' && familyName !== '' ? { familyName } : {}),
  };
  if (!hasName(name) || !couldBeTaken(person, name)) return person;
  return { ...person, formerNames: [...(person.formerNames ?? []), name] };
}

/** All that a person is called, read once, to be compared with many. */
export type ReadNames = readonly ParsedPerson[];
export const readNames = (...people: readonly NamedPerson[]): ReadNames =>
  distinct(people.flatMap(namesOf)).map(parsePerson);

/** {@link couldBeTaken} of names that were read before. Pure. */
export const isOneOf = (ours: ReadNames, theirs: ReadNames): boolean =>
  ours.some((one) => theirs.some((other) => isOneName(one, other)));

/** Whether there is a name to be told apart by. */
export const hasName = (person: NamedPerson): boolean => namesOf(person).length > 0;

/** Profile and record mostly say the same. */
const distinct = (names: readonly PersonName[]): PersonName[] => [
  ...new Map(names.map((name) => [JSON.stringify([name.givenName, name.familyName]), name])).values(),
];

function isOneName(ours: ParsedPerson, theirs: ParsedPerson): boolean {
  const { givenName, familyName } = compareRead(ours, theirs, ANY_STATE);
  if (familyName.outcome === 'different' && !haveOneFamilyName(ours, theirs)) return false;
  return givenName.outcome !== 'different' || haveOneGivenName(ours, theirs);
}

/** A document of “dos Santos Silva” passes for “dos Santos” and for “Santos Silva”. */
function haveOneFamilyName(ours: ParsedPerson, theirs: ParsedPerson): boolean {
  const [a, b] = [bare(ours), bare(theirs)];
  return compareRead(a, b, ANY_STATE).familyName.outcome !== 'different';
}

const bare = (person: ParsedPerson): ParsedPerson =>
  renamed(person, { familyName: withoutParticles(person.family?.spellings[0] ?? []).join(' ') });

/**
 * A document may leave out what one of them has, write out what is an initial and spell the rest as the other does, and so
 * pass for both: Khadija, and Khadijah Mohamed in Arabic letters; Ali R, and Aly Reza. So as many words as both have are
 * compared, without those of which one is an initial: which letter it is depends on who romanised the name.
 */
function haveOneGivenName(ours: ParsedPerson, theirs: ParsedPerson): boolean {
  const [mine, other] = [ours, theirs].map(({ given }) => given?.letters.split(' ') ?? []);
  const both = (mine ?? []).flatMap((word, at) => {
    const beside = other?.[at];
    return beside === undefined || isInitial(word) || isInitial(beside) ? [] : [[word, beside]];
  });
  if (both.length === 0) return true;
  const [a, b] = [ours, theirs].map((person, side) =>
    withFormalNames(renamed(person, { givenName: both.map((words) => words[side]).join(' ') })),
  );
  return (
    a?.some((one) => b?.some((that) => compareRead(one, that, ANY_STATE).givenName.outcome !== 'different')) === true
  );
}

const isInitial = (word: string): boolean => /^\p{Lu}\.?$/u.test(word);

/** A document of Elizabeth passes for Beth and for Betty, and one of Nikolai for Kolya and for Nikolay. */
function withFormalNames(person: ParsedPerson): ParsedPerson[] {
  const formal = (person.given?.spellings ?? []).flatMap(([first = '', ...others]) =>
    formalNamesOf(first).map((name) => [name, ...others].join(' ')),
  );
  return [person, ...[...new Set(formal)].map((givenName) => renamed(person, { givenName }))];
}

/** Every name a person has or had. */
export function namesOf({ givenName, familyName, formerNames = [] }: NamedPerson): PersonName[] {
  const now: PersonName = { ...(givenName ? { givenName } : {}), ...(familyName ? { familyName } : {}) };
  return [now, ...formerNames.map((former) => ({ ...now, ...former }))].filter(
    (name) => name.givenName !== undefined || name.familyName !== undefined,
  );
}
