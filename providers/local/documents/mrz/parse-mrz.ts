import { checkDigit } from './check-digit.js';
import { isIssuer, isNationality } from './issuing-states.js';
import { birthDateOf, expiryDateOf } from './mrz-dates.js';
import { formatOf, MRZ_FIELDS, MRZ_LAYOUTS, textAt, type MrzField, type MrzLayout } from './mrz-layout.js';
import { readNames, withoutTail } from './mrz-names.js';
import { readNumber } from './mrz-number.js';
import type { MrzFault, MrzFieldFault, MrzHolder, MrzResult, MrzText } from './mrz.js';

const ALPHABET = /^[A-Z0-9<]*$/;
const SEX: Readonly<Record<string, MrzHolder['sex']>> = { F: 'female', M: 'male', '<': 'unspecified' };

/**
 * Reads a machine-readable zone (ICAO Doc 9303 parts 3 to 7) exactly as it stands: nothing is repaired, and one fault
 * anywhere means that nothing in it may be believed. Any text is answered, in time that grows with its length alone.
 *
 * @param lines as read, without line ends
 * @param day ISO 8601, the latest date that it can be for the issuer; tells the century of the dates
 */
export function parseMrz(lines: readonly string[], day: string): MrzResult {
  const format = formatOf(lines);
  if (!format) return { kind: 'unrecognised' };
  const layout = MRZ_LAYOUTS[format];
  const text = Object.fromEntries(
    MRZ_FIELDS.map((field) => [field, textAt(lines, layout.fields[field])] as const),
  ) as MrzText;
  const strange = MRZ_FIELDS.filter((field) => !ALPHABET.test(text[field]));
  if (strange.length > 0) {
    return { kind: 'faulty', format, text, faults: strange.map((field) => ({ field, fault: 'alphabet' })) };
  }
  const faults: MrzFieldFault[] = [];
  const note = (field: MrzField, fault: MrzFault | false): void => {
    if (fault) faults.push({ field, fault });
  };
  const holder = readHolder({ text, layout, day, note });
  for (const field of ['birthDate', 'expiryDate'] as const) note(`${field}Digit`, wrongDigit(text, field));
  note('optionalDigit', layout.fields.optionalDigit !== undefined && optionalDigitFault(text));
  const covered = layout.composite.map((span) => textAt(lines, span)).join('');
  note('compositeDigit', covered !== '' && text.compositeDigit !== checkDigit(covered) && 'check_digit');
  return faults.length > 0 || !holder
    ? { kind: 'faulty', format, text, faults }
    : { kind: 'valid', format, text, holder };
}

interface Reading {
  text: MrzText;
  layout: MrzLayout;
  day: string;
  note: (field: MrzField, fault: MrzFault | false) => void;
}

/** Undefined when a field could not be read; its fault is noted then. */
function readHolder({ text, layout, day, note }: Reading): MrzHolder | undefined {
  note('documentCode', codeFault(text.documentCode, layout));
  note('issuer', !isIssuer(text.issuer) && 'unknown_code');
  note('nationality', !isNationality(text.nationality) && 'unknown_code');
  const names = readNames(text.names);
  if (typeof names === 'string') note('names', names);
  const number = readNumber(text, layout.longNumbers);
  if ('fault' in number) note(number.field, number.fault);
  const sex = SEX[text.sex];
  note('sex', !sex && 'alphabet');
  const birth = birthDateOf(text.birthDate, day);
  note('birthDate', !birth && 'no_such_date');
  const expiry = expiryDateOf(text.expiryDate, day);
  note('expiryDate', !expiry && 'no_such_date');
  if (typeof names === 'string' || 'fault' in number || !sex || !birth || !expiry) return undefined;
  note('expiryDate', isBefore(expiry.date, birth.date) && 'before_birth');
  return {
    documentCode: withoutTail(text.documentCode),
    issuer: withoutTail(text.issuer),
    number: number.number,
    ...names,
    nationality: withoutTail(text.nationality),
    birthDate: birth.date,
    sex,
    expiryDate: expiry.date,
    optionalData: withoutTail(number.rest),
    optionalData2: withoutTail(text.optional2),
  };
}

/** Whether both are known and in the wrong order. */
function isBefore(expiryDate: string | undefined, birthDate: string | undefined): boolean {
  return expiryDate !== undefined && birthDate !== undefined && expiryDate < birthDate;
}

/** Two letters; the second is left to the issuer and may be absent. A `V` there would be taken for a visa. */
function codeFault(code: string, layout: MrzLayout): MrzFault | false {
  const [first = '', second = ''] = code;
  if (!layout.codes.includes(first) || !/^[A-Z<]$/.test(second)) return 'unknown_code';
  return second === 'V' && layout.codes !== 'V' && 'unknown_code';
}

function wrongDigit(text: MrzText, field: 'birthDate' | 'expiryDate'): MrzFault | false {
  return text[`${field}Digit`] !== checkDigit(text[field]) && 'check_digit';
}

/** A personal number that is not used may have a filler for its digit, or a zero (Doc 9303-4, 4.2.2). */
function optionalDigitFault(text: MrzText): MrzFault | false {
  if (withoutTail(text.optional) === '' && text.optionalDigit === '<') return false;
  return text.optionalDigit !== checkDigit(text.optional) && 'check_digit';
}
