import { machineReadableNames, transliterate } from './machine-readable-names.js';
import { FORMATS, type SpecimenData, type SpecimenKind } from './specimen.js';

const WEIGHTS = [7, 3, 1];

/**
 * The lines of a document's zone with correct check digits: ICAO Doc 9303-5, 4.2.2 (TD1), 9303-6, 4.2.2 (TD2),
 * 9303-4, 4.2.2 (TD3), 9303-7, 4.2.2 and 5.2.2 (visas).
 */
export function machineReadableZone(kind: SpecimenKind, data: SpecimenData): string[] {
  const parts = partsOf(data);
  switch (kind) {
    case 'td1':
      return cardOfThreeLines(parts, data);
    case 'td2':
      return [namesLine('I<', kind, data), cardOfTwoLines(parts)];
    case 'td3':
      return [namesLine('P<', kind, data), passport(parts)];
    case 'mrv_a':
    case 'mrv_b':
      return [namesLine('V<', kind, data), visa(kind, parts)];
  }
}

/** ICAO Doc 9303-3, 4.9: weights 7, 3, 1; digits as they are, A–Z as 10–35, filler as 0; sum modulo 10. */
export function checkDigit(text: string): string {
  const sum = [...text].reduce((total, character, index) => {
    const value = character === '<' ? 0 : Number.parseInt(character, 36);
    return total + value * (WEIGHTS[index % 3] ?? 0);
  }, 0);
  return String(sum % 10);
}

interface Parts {
  issuer: string;
  nationality: string;
  /** Nine characters and their check digit. */
  number: string;
  birth: string;
  sex: string;
  expiry: string;
  optional: string;
}

function partsOf(data: SpecimenData): Parts {
  const { number, overflow } = numberParts(data.documentNumber);
  const birth = shortDate(data.birthDate);
  const expiry = shortDate(data.expiryDate);
  return {
    issuer: fill(data.issuer ?? 'UTO', 3),
    nationality: fill(data.nationality ?? 'UTO', 3),
    number,
    birth: birth + checkDigit(birth),
    sex: data.sex === undefined || data.sex === 'X' ? '<' : data.sex,
    expiry: expiry + checkDigit(expiry),
    optional: overflow + transliterate(data.optionalData ?? ''),
  };
}

/** A longer number continues in the optional data, its digit behind it and a filler where the digit else stands. */
function numberParts(documentNumber: string): { number: string; overflow: string } {
  if (documentNumber.length <= 9) {
    const number = fill(documentNumber, 9);
    return { number: number + checkDigit(number), overflow: '' };
  }
  const rest = documentNumber.slice(9);
  return { number: `${documentNumber.slice(0, 9)}<`, overflow: `${rest}${checkDigit(documentNumber)}<` };
}

function cardOfThreeLines({ issuer, nationality, number, birth, sex, expiry, optional }: Parts, data: SpecimenData) {
  const first = fill(`I<${issuer}${number}${optional}`, 30);
  const second = fill(`${birth}${sex}${expiry}${nationality}`, 29);
  const composite = checkDigit(first.slice(5) + birth + expiry + second.slice(18));
  return [first, second + composite, machineReadableNames(data, 30)];
}

function cardOfTwoLines({ nationality, number, birth, sex, expiry, optional }: Parts): string {
  const extra = fill(optional, 7);
  return `${number}${nationality}${birth}${sex}${expiry}${extra}${checkDigit(number + birth + expiry + extra)}`;
}

function passport({ nationality, number, birth, sex, expiry, optional }: Parts): string {
  const personal = fill(optional, 14);
  // The digit of an empty personal number may be a filler.
  const personalDigit = optional === '' ? '<' : checkDigit(personal);
  const composite = checkDigit(number + birth + expiry + personal + personalDigit);
  return `${number}${nationality}${birth}${sex}${expiry}${personal}${personalDigit}${composite}`;
}

/** No digit covers a visa's optional data, and there is none over everything. */
function visa(kind: 'mrv_a' | 'mrv_b', { nationality, number, birth, sex, expiry, optional }: Parts): string {
  return fill(`${number}${nationality}${birth}${sex}${expiry}${optional}`, FORMATS[kind].lineLength);
}

function namesLine(code: string, kind: SpecimenKind, data: SpecimenData): string {
  const start = code + fill(data.issuer ?? 'UTO', 3);
  return start + machineReadableNames(data, FORMATS[kind].lineLength - start.length);
}

function fill(text: string, length: number): string {
  return text.slice(0, length).padEnd(length, '<');
}

function shortDate(isoDate: string): string {
  return isoDate.slice(2).replaceAll('-', '');
}
