import type { Box, PrintedLine } from '../document-reading.js';
import { linesBeside } from './printed-labels.js';

/**
 * Captions in English, French, Spanish, German, Italian, Portuguese and Dutch, without marks, of what is not a name: states,
 * places and offices are named after people, and people after months.
 */
const OTHER_CAPTIONS: ReadonlySet<string> = new Set([
  ...[
    'PLACE',
    'LIEU',
    'LUGAR',
    'ORT',
    'GEBURTSORT',
    'LUOGO',
    'LOCAL',
    'GEBOORTEPLAATS',
    'PLAATS',
    'ADDRESS',
    'ADRESSE',
  ],
  ...['DATE', 'FECHA', 'DATUM', 'DATA', 'VALID', 'UNTIL', 'EXPIRES', 'EXPIRE', 'EXPIRY', 'ISSUED', 'ISSUING'],
  ...['AUTHORITY', 'AUTORITE', 'AUTORIDAD', 'AUTORIDADE', 'BEHORDE', 'AUTORITA', 'AUTORITEIT', 'OFFICE'],
  ...['REPUBLIC', 'REPUBLIQUE', 'REPUBLICA', 'REPUBLIK', 'STATE', 'ETAT', 'ESTADO', 'STATO', 'PROVINCE', 'COUNTRY'],
  ...['LICENCE', 'LICENSE', 'DRIVER', 'DRIVERS', 'DRIVING', 'PASSPORT', 'IDENTITY', 'IDENTIFICATION', 'PERMIT'],
  ...['NATIONALITY', 'NATIONALITE', 'NACIONALIDAD', 'STAATSANGEHORIGKEIT', 'CITTADINANZA', 'NATIONALITEIT'],
]);
/** Under or behind these stands the name of a place or an office, in a line of its own. */
const PLACE_CAPTIONS: ReadonlySet<string> = new Set([
  ...['PLACE', 'LIEU', 'LUGAR', 'GEBURTSORT', 'LUOGO', 'GEBOORTEPLAATS', 'STATE', 'PROVINCE', 'COUNTRY'],
  ...['AUTHORITY', 'AUTORITE', 'AUTORIDAD', 'AUTORIDADE', 'BEHORDE', 'AUTORITA', 'AUTORITEIT'],
]);

/**
 * Family name and given names lie this near to each other, in heights of the lower of the two lines: one caption is
 * between them, in a passport with room around it (2.7 on drawn ones), but no other field.
 */
const NEAR = 4;

/** Lines that are the name of a place or an office by their caption. */
export function placeLines(lines: readonly PrintedLine[]): ReadonlySet<PrintedLine> {
  return new Set(linesBeside(lines, PLACE_CAPTIONS));
}

/** Whether a line says by its other words that it is no name: by a date, a number or the caption of something else. */
export function isOfSomethingElse(words: readonly string[]): boolean {
  return words.some((word) => /^[0-9]{2,}$/.test(word) || OTHER_CAPTIONS.has(word));
}

/** From the lower edge of the upper line to the upper edge of the lower; lines of one row are near. */
export function isNear(one: Box, other: Box): boolean {
  const gap = Math.max(one.top, other.top) - Math.min(one.top + one.height, other.top + other.height);
  return gap <= NEAR * Math.min(one.height, other.height);
}
