import { spelledName, type SpelledName } from '../transliteration/spelled-name.js';
import { suffixOf, withoutTitle, type Suffix } from './suffixes.js';

/** One field of a name, ready to be compared: its spellings without degree. */
export interface ParsedName extends SpelledName {
  /** Where its last word may be one of generation: which, and the name without it. */
  generation?: { suffix: Suffix; name: SpelledName };
}

/** Given and family name of one side. What is absent, or stands for an absent name, is undefined. */
export interface ParsedPerson {
  given?: ParsedName;
  family?: ParsedName;
  /** Something was written where a name should be, to say that there is none. */
  saysNoName: boolean;
}

export interface PersonName {
  givenName?: string;
  familyName?: string;
}

/** What is written for somebody who lacks one of the two names (first name unknown, last name unknown, Doc 9303 XXX). */
const NO_NAME: ReadonlySet<string> = new Set([
  'XXX',
  'FNU',
  'LNU',
  'NFN',
  'NMN',
  'UNKNOWN',
  'NO GIVEN NAME',
  'NO GIVEN NAMES',
]);

/** Both names of one side. Total: what is no text is no name. */
export const parsePerson = (name: PersonName): ParsedPerson => renamed({ saysNoName: false }, name);

/** The same person with the names that are given in place of theirs, which are not read again. */
export function renamed(person: ParsedPerson, { givenName, familyName }: PersonName): ParsedPerson {
  const given = givenName === undefined ? { name: person.given, saysNoName: false } : parseField(givenName);
  const family = familyName === undefined ? { name: person.family, saysNoName: false } : parseField(familyName);
  return {
    ...(given.name ? { given: given.name } : {}),
    ...(family.name ? { family: family.name } : {}),
    saysNoName: person.saysNoName || given.saysNoName || family.saysNoName,
  };
}

function parseField(text: unknown): { name?: ParsedName; saysNoName: boolean } {
  if (typeof text !== 'string') return { saysNoName: false };
  const spelled = spelledName(text);
  const [first] = spelled.spellings;
  if (first === undefined) return { saysNoName: /^[\s.-]+$/u.test(text) && text.trim() !== '' };
  if (NO_NAME.has(first.join(' '))) return { saysNoName: true };
  return { name: spelled.script === 'latin' ? withGeneration(spelled) : spelled, saysNoName: false };
}

function withGeneration(spelled: SpelledName): ParsedName {
  const spellings = spelled.spellings.map(withoutTitle);
  const suffix = suffixOf(spellings[0] ?? []);
  const written = { ...spelled, spellings };
  if (!suffix) return written;
  return {
    ...written,
    generation: { suffix, name: { ...written, spellings: spellings.map((words) => words.slice(0, -1)) } },
  };
}
