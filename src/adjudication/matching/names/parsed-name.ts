import { spelledName, type SpelledName } from '../transliteration/spelled-name.js';
import { withoutSuffix } from './suffixes.js';

/** One field of a name, ready to be compared: its spellings without degree and suffix of generation. */
export interface ParsedName extends SpelledName {
  suffix?: string;
}

/** Given and family name of one side. What is absent, or stands for an absent name, is undefined. */
export interface ParsedPerson {
  given?: ParsedName;
  family?: ParsedName;
  /** Something was written where a name should be, to say that there is none. */
  saysNoName: boolean;
  suffix?: string;
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
export function parsePerson(name: PersonName): ParsedPerson {
  const given = parseField(name.givenName);
  const family = parseField(name.familyName);
  return {
    ...(given.name ? { given: given.name } : {}),
    ...(family.name ? { family: family.name } : {}),
    saysNoName: given.saysNoName || family.saysNoName,
    suffix: family.name?.suffix ?? given.name?.suffix,
  };
}

function parseField(text: unknown): { name?: ParsedName; saysNoName: boolean } {
  if (typeof text !== 'string') return { saysNoName: false };
  const spelled = spelledName(text);
  const [first] = spelled.spellings;
  if (first === undefined) return { saysNoName: /^[\s.-]+$/u.test(text) && text.trim() !== '' };
  if (NO_NAME.has(first.join(' '))) return { saysNoName: true };
  return { name: spelled.script === 'latin' ? bare(spelled) : spelled, saysNoName: false };
}

function bare(spelled: SpelledName): ParsedName {
  const parts = spelled.spellings.map(withoutSuffix);
  const suffix = parts[0]?.suffix;
  return { ...spelled, spellings: parts.map(({ words }) => words), ...(suffix === undefined ? {} : { suffix }) };
}
