import { spelledName } from '../matching/transliteration/spelled-name.js';

/** What a person is called, somewhere: in the profile or in the proofing record. */
export interface NamedPerson {
  givenName?: string | undefined;
  familyName?: string | undefined;
  birthDate?: string | undefined;
}

/** To be raised with every change of what two names have in common here: accounts indexed before are indexed again. */
export const NAME_KEYS_VERSION = 1;

/** Words of one name that are looked at; nobody is told apart by the ninth. */
const MAX_WORDS = 8;
const UNKNOWN_BIRTH_DATE = '?';

/** Every word of every spelling a travel document may give the name. */
function wordsOf(name: string | undefined): string[] {
  if (name === undefined) return [];
  const { spellings } = spelledName(name);
  return [...new Set(spellings.flatMap((words) => words.slice(0, MAX_WORDS)))];
}

/** A given and a family name in alphabetical order, so that exchanging them changes nothing; a single name alone. */
function pairsOf({ givenName, familyName }: NamedPerson): string[] {
  const given = wordsOf(givenName);
  const family = wordsOf(familyName);
  if (given.length === 0 || family.length === 0) return [...given, ...family];
  return [...new Set(given.flatMap((first) => family.map((last) => [first, last].sort().join(' '))))];
}

/**
 * What an account is found by when somebody else has the same name: two people share a key when one given and one family
 * name of theirs may be spelled alike, and they were born on the same day or one birth date is unknown. Wider than what
 * the matcher lets agree, on purpose: further given names, second surnames, spellings and order make nobody unique.
 */
export function nameKeysOf(person: NamedPerson): string[] {
  return pairsOf(person).map((pair) => `${pair}|${person.birthDate ?? UNKNOWN_BIRTH_DATE}`);
}

/** The keys under which others would be mistaken for this person; undefined when too little is known to say. */
export function twinKeysOf(person: NamedPerson): string[] | undefined {
  const pairs = pairsOf(person);
  if (pairs.length === 0 || person.birthDate === undefined) return undefined;
  return pairs.flatMap((pair) => [`${pair}|${person.birthDate}`, `${pair}|${UNKNOWN_BIRTH_DATE}`]);
}
