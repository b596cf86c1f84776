import type { SeededRandom } from '../../scripts/harness/seeded-random.js';
import { inventHolder } from './holders.js';

/** Who issues, by the numbers that AAMVA publishes (Issuer Identification Numbers). */
export interface Jurisdiction {
  name: string;
  /** Two letters, as in DAJ. */
  code: string;
  iin: string;
  country: 'USA' | 'CAN';
}

export const JURISDICTIONS: readonly Jurisdiction[] = [
  { name: 'Virginia', code: 'VA', iin: '636000', country: 'USA' },
  { name: 'New York', code: 'NY', iin: '636001', country: 'USA' },
  { name: 'California', code: 'CA', iin: '636014', country: 'USA' },
  { name: 'Texas', code: 'TX', iin: '636015', country: 'USA' },
  { name: 'Ontario', code: 'ON', iin: '636012', country: 'CAN' },
  { name: 'British Columbia', code: 'BC', iin: '636028', country: 'CAN' },
];

/**
 * Versions of the file format: 1 is the standard of 2000, 10 that of 2020, 11 that of 2025, which adds indicators
 * (enhanced, commercial, non-domiciled, permit) to the elements of 10.
 */
export const AAMVA_VERSIONS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] as const;
export type AamvaVersion = (typeof AAMVA_VERSIONS)[number];

export interface LicenceHolder {
  familyName: string;
  firstName: string;
  middleName: string;
  /** ISO 8601. */
  birthDate: string;
  issueDate: string;
  expiryDate: string;
  sex: 'F' | 'M' | 'X';
  licenceNumber: string;
}

export interface Licence {
  version: AamvaVersion;
  jurisdiction: Jurisdiction;
  holder: LicenceHolder;
  /** `ID` for an identification card. */
  subfile: 'DL' | 'ID';
}

/** A licence of somebody who does not exist. */
export function inventLicence(random: SeededRandom, given: Partial<Licence> = {}): Licence {
  const { familyName, givenName, birthDate, expiryDate, sex = 'X' } = inventHolder(random);
  const [firstName = '', ...others] = plain(givenName).split(' ');
  return {
    version: given.version ?? random.pick(AAMVA_VERSIONS),
    jurisdiction: given.jurisdiction ?? random.pick(JURISDICTIONS),
    subfile: given.subfile ?? (random.chance(0.8) ? 'DL' : 'ID'),
    holder: given.holder ?? {
      familyName: plain(familyName),
      firstName: firstName || 'PAT',
      middleName: others.join(' '),
      birthDate,
      issueDate: `${2019 + random.below(7)}-${expiryDate.slice(5)}`,
      expiryDate,
      sex,
      licenceNumber: `${random.pick(['D', 'T', 'S', 'K'])}${10_000_000 + random.below(89_999_999)}`,
    },
  };
}

const RECORD_SEPARATOR = '\u001e';
const SEGMENT_TERMINATOR = '\r';

/**
 * The text of a licence's barcode: header, subfile designators, subfiles (AAMVA DL/ID Card Design Standard 2020, D.12.3
 * and D.12.4). Version 1 has no jurisdiction version in its header.
 */
export function licenceText({ version, jurisdiction, holder, subfile }: Licence): string {
  const subfiles = [
    `${subfile}${elementsOf({ version, jurisdiction, holder }).join('\n')}${SEGMENT_TERMINATOR}`,
    `Z${jurisdiction.code[0]}Z${jurisdiction.code[0]}A01${SEGMENT_TERMINATOR}`,
  ];
  const two = (value: number): string => String(value).padStart(2, '0');
  const start =
    `@\n${RECORD_SEPARATOR}${SEGMENT_TERMINATOR}ANSI ${jurisdiction.iin}${two(version)}` +
    `${version === 1 ? '' : '01'}${two(subfiles.length)}`;
  let offset = start.length + 10 * subfiles.length;
  const designators = subfiles.map((text) => {
    const designator = `${text.slice(0, 2)}${four(offset)}${four(text.length)}`;
    offset += text.length;
    return designator;
  });
  return start + designators.join('') + subfiles.join('');
}

/** Data elements by version: one full name in 1, given names together in 2 and 3, one element for each after that. */
function elementsOf({ version, jurisdiction, holder }: Omit<Licence, 'subfile'>): string[] {
  const date = (iso: string): string => elementDate(iso, version, jurisdiction.country);
  const { familyName, firstName, middleName } = holder;
  const given = [firstName, middleName].filter(Boolean);
  const names =
    version === 1
      ? [`DAA${[familyName, ...given].join(',')}`]
      : version <= 3
        ? [`DCS${familyName}`, `DCT${given.join(',')}`]
        : [`DCS${familyName}`, 'DDEN', `DAC${firstName}`, 'DDFN', `DAD${middleName || 'NONE'}`, 'DDGN'];
  return [
    `DAQ${holder.licenceNumber}`,
    ...names,
    version === 1 ? 'DARD' : 'DCAD',
    version === 1 ? 'DASNONE' : 'DCBNONE',
    version === 1 ? 'DATNONE' : 'DCDNONE',
    `DBD${date(holder.issueDate)}`,
    `DBB${date(holder.birthDate)}`,
    `DBA${date(holder.expiryDate)}`,
    `DBC${version === 1 ? holder.sex : { M: '1', F: '2', X: '9' }[holder.sex]}`,
    'DAU068 in',
    'DAYBRO',
    'DAG2300 SPECIMEN STREET',
    'DAIAMAUROT',
    `DAJ${jurisdiction.code}`,
    jurisdiction.country === 'USA' ? 'DAK232690000  ' : 'DAKK1A 0B1    ',
    ...(version === 1 ? [] : ['DCF2424244747474786102204', `DCG${jurisdiction.country}`]),
    ...(version >= 11 ? ['DDO1'] : []),
  ];
}

/** Year first in version 1 and in Canada, month first elsewhere (DL/ID Card Design Standard, table D.3). */
function elementDate(iso: string, version: AamvaVersion, country: Jurisdiction['country']): string {
  const [year = '', month = '', day = ''] = iso.split('-');
  return version === 1 || country === 'CAN' ? year + month + day : month + day + year;
}

const four = (value: number): string => String(value).padStart(4, '0');

/** Upper case without accents: what a state's printer has. */
function plain(name: string): string {
  return name
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .replace(/Æ/gi, 'AE')
    .replace(/Ø/gi, 'O')
    .replace(/’/g, "'")
    .toUpperCase();
}
