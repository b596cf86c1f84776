import type { SeededRandom } from '../harness/seeded-random.js';
import { printed, type NameForms, type Person } from '../../test/people/person.js';
import type { Claims } from './matching-rules.js';

/** How often somebody shows another document than the one that was proofed: renewed, or a licence instead of a passport. */
const OTHER_DOCUMENT = 0.4;

/** What a full record or document says of a person, as their country prints it. */
export function claimsOf(person: Person): Claims {
  const { birthDate, nationality, documentNumber, suffix } = person;
  return {
    ...(person.given.length > 0 ? { givenName: printed(person.given) } : {}),
    familyName: [printed(person.family), suffix].filter(Boolean).join(' '),
    birthDate,
    nationality,
    documentNumber,
  };
}

/** What begins a family name and may be joined, moved or left out. */
export const PARTICLE = /^(?:van der|van den|van 't|van|von der|von|de la|de|del|dos|da|zu|ten|ter) /i;

/** The same, as a document in capitals; not always the one that was proofed. */
export function shownBy(person: Person, random: SeededRandom): Claims {
  const claims = inCapitals(claimsOf(person));
  return random.chance(OTHER_DOCUMENT) ? { ...claims, documentNumber: `B${claims.documentNumber}` } : claims;
}

export const inCapitals = ({ givenName, familyName, ...rest }: Claims): Claims => ({
  ...(givenName === undefined ? {} : { givenName: givenName.toUpperCase() }),
  ...(familyName === undefined ? {} : { familyName: familyName.toUpperCase() }),
  ...rest,
});

/** Both names changed the same way. */
export const withNames = (claims: Claims, change: (name: string) => string): Claims => ({
  ...claims,
  ...(claims.givenName === undefined ? {} : { givenName: change(claims.givenName) }),
  ...(claims.familyName === undefined ? {} : { familyName: change(claims.familyName) }),
});

/** What the machine-readable zone makes of national letters; written apart from the product's tables, to judge them. */
const ZONE_LETTERS: Readonly<Record<string, string>> = {
  ...{ Ä: 'AE', Å: 'AA', Æ: 'AE', Ð: 'D', Đ: 'D', Ł: 'L', Ñ: 'N', Ö: 'OE', Ø: 'OE', Œ: 'OE', Þ: 'TH', Ü: 'UE', Ə: 'A' },
};

export const inZoneLetters = (name: string): string =>
  [...name.toUpperCase().normalize('NFC')].map((letter) => ZONE_LETTERS[letter] ?? withoutMarks(letter)).join('');

/** As somebody types who does not find the letters. */
export const withoutMarks = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/ł/g, 'l')
    .replace(/Ł/g, 'L')
    .replace(/ə/g, 'e')
    .replace(/Ə/g, 'E')
    .replace(/ø/g, 'o')
    .replace(/Ø/g, 'O');

/** In another of the spellings in use, where there are some. */
export const otherwiseSpelled = (names: readonly NameForms[], random: SeededRandom): string =>
  names.map(({ print, otherSpellings }) => (otherSpellings.length > 0 ? random.pick(otherSpellings) : print)).join(' ');
