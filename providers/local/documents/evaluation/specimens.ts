import type { DocumentSources } from './document-sources.js';
import { plainWords } from './plain-words.js';
import type { PrintedText } from './printed-text.js';

/** Utopia issues nothing but specimens (ICAO Doc 9303-3, section 5). */
const SPECIMEN_ISSUER = 'UTO';

/**
 * Numbers of published specimens: ICAO Doc 9303 parts 4 to 7, appendices; PRADO, the European Council's register of
 * documents (Germany, Netherlands, Belgium, United Kingdom); the U.S. Department of State's passport; AAMVA DL/ID Card
 * Design Standard 2020, annex D. Nobody is given one of these.
 */
const NUMBERS: ReadonlySet<string> = new Set([
  ...['L898902C3', 'L898902C', 'D23145890', 'D23145890734', 'L8988901C'],
  ...['C01X00T47', 'L01X00T47', 'T22000129', 'SPECI2014', 'SPECI2021', '590330101', '925665416', '107185703'],
  ...['340020013', 'T64235789'],
]);

/** Family and given names that only specimens carry together. */
const NAMES: readonly (readonly [string, string])[] = [
  ['ERIKSSON', 'ANNA MARIA'],
  ['MUSTERMANN', 'ERIKA'],
  ['MUSTERMANN', 'MAX'],
  ['MUSTERFRAU', 'ISOLDE'],
  ['DE BRUIJN', 'WILLEKE LISELOTTE'],
  ['TRAVELER', 'HAPPY'],
  ['SAMPLE', 'MICHAEL JOHN'],
];

const PRINTED_MARKS = ['SPECIMEN', 'ESPECIMEN'];

/** Whether the document says that it is a specimen. A zone with faults is asked too: many published ones have them. */
export function isSpecimen({ zones, facts }: DocumentSources, printed: PrintedText | undefined): boolean {
  return (
    zones.some(({ result }) => result.kind !== 'unrecognised' && result.text.issuer === SPECIMEN_ISSUER) ||
    facts.some(({ number }) => NUMBERS.has(plainWords(number).join(''))) ||
    facts.some(({ familyName, givenName = '' }) => isSpecimenName(familyName, givenName)) ||
    PRINTED_MARKS.some((mark) => printed?.hasWord(mark) === true)
  );
}

function isSpecimenName(familyName: string, givenName: string): boolean {
  const [family, given] = [plainWords(familyName).join(' '), plainWords(givenName).join(' ')];
  return NAMES.some(([ofSpecimen, first]) => family === ofSpecimen && given === first);
}
