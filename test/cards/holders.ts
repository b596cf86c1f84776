import type { SpecimenData } from '../../src/embedded/specimens/index.js';
import type { SeededRandom } from '../../scripts/harness/seeded-random.js';

/** Names that a zone has to bend: accents, hyphens, apostrophes, one name only, and some that do not fit. */
const FAMILY_NAMES = [
  'Marsh',
  'Oakley-Reyes',
  'O’Connor',
  'van der Muellen',
  'Müller-Lüdenscheidt',
  'Ibn Khaldun',
  'Nguyen',
  'Åström',
  'Sørensen',
  'Ægidius',
  'Papadopoulou',
  'Quist',
  'Ek',
  'Fernández de la Vega Sanz',
  'Wolffhügel-Schönbrunn',
  'Nilavadhanananda',
  'Bennelong Wooloomooloo Warrandyte Warnambool',
] as const;

const GIVEN_NAMES = [
  'Ana Lucía',
  'Beatriz',
  'Petra',
  'Jean-Pierre',
  'Zoë',
  'Thi Minh Khai',
  'Ólafur',
  'Maximilian Alexander Konstantin',
  'Chayapa Dejthamrong Krasuang',
  'Bo',
  'Grzegorz',
  'Dingo Potoroo',
  '',
] as const;

/** Codes of ICAO Doc 9303-3, section 5: three letters, one letter, and Utopia. */
const COUNTRIES = ['UTO', 'D', 'FRA', 'GBR', 'NLD', 'SWE', 'POL', 'ESP', 'VNM', 'AUS', 'UTO', 'UTO'] as const;

const NUMBER_CHARACTERS = '0123456789ABCDEFGHJKLMNPRTUVWXYZ';

export interface HolderOptions {
  /** Issuing country; drawn by lot when absent. */
  issuer?: string;
  /** Longest document number; up to nine characters are usual, more fit TD1 and TD2 only. */
  longestNumber?: number;
}

/** Somebody who does not exist, an adult with a document that is valid on 26 November 2026. */
export function inventHolder(random: SeededRandom, options: HolderOptions = {}): SpecimenData {
  const issuer = options.issuer ?? random.pick(COUNTRIES);
  return {
    familyName: random.pick(FAMILY_NAMES),
    givenName: random.pick(GIVEN_NAMES),
    birthDate: isoDate(random, { firstYear: 1938, years: 67 }),
    expiryDate: isoDate(random, { firstYear: 2027, years: 9 }),
    sex: random.pick(['F', 'M', 'X'] as const),
    documentNumber: documentNumber(random, options.longestNumber ?? 9),
    issuer,
    nationality: random.chance(0.8) ? issuer : random.pick(COUNTRIES),
    optionalData: random.chance(0.4) ? digits(random, 7) : undefined,
  };
}

function isoDate(random: SeededRandom, { firstYear, years }: { firstYear: number; years: number }): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${firstYear + random.below(years)}-${two(1 + random.below(12))}-${two(1 + random.below(28))}`;
}

function documentNumber(random: SeededRandom, longest: number): string {
  const length = longest > 9 && random.chance(0.3) ? longest : 7 + random.below(3);
  return Array.from({ length }, () => NUMBER_CHARACTERS[random.below(NUMBER_CHARACTERS.length)]).join('');
}

function digits(random: SeededRandom, length: number): string {
  return Array.from({ length }, () => String(random.below(10))).join('');
}
