const LINE_LENGTH = 30;
const WEIGHTS = [7, 3, 1];

export interface MachineReadableFields {
  documentNumber: string;
  /** ISO 8601. */
  birthDate: string;
  expiryDate: string;
  familyName: string;
  givenName: string;
}

/** The three lines of a TD1 identity card of Utopia, sex unspecified (ICAO Doc 9303-5, 4.2.2). */
export function machineReadableZone(fields: MachineReadableFields): [string, string, string] {
  const number = fill(fields.documentNumber, 9);
  const birth = shortDate(fields.birthDate);
  const expiry = shortDate(fields.expiryDate);
  const first = fill(`I<UTO${number}${checkDigit(number)}`, LINE_LENGTH);
  const dates = `${birth}${checkDigit(birth)}<${expiry}${checkDigit(expiry)}`;
  const second = fill(`${dates}UTO`, LINE_LENGTH - 1);
  // The last digit covers line one from the number on, both dates with their digits, and the optional data.
  const covered = first.slice(5) + second.slice(0, 7) + second.slice(8, 15) + second.slice(18);
  const names = fill(`${transliterate(fields.familyName)}<<${transliterate(fields.givenName)}`, LINE_LENGTH);
  return [first, second + checkDigit(covered), names];
}

/** ICAO Doc 9303-3, 4.9: weights 7, 3, 1; digits as they are, A–Z as 10–35, filler as 0; sum modulo 10. */
export function checkDigit(text: string): string {
  const sum = [...text].reduce((total, character, index) => {
    const value = character === '<' ? 0 : Number.parseInt(character, 36);
    return total + value * (WEIGHTS[index % 3] ?? 0);
  }, 0);
  return String(sum % 10);
}

function fill(text: string, length: number): string {
  return text.slice(0, length).padEnd(length, '<');
}

function shortDate(isoDate: string): string {
  return isoDate.slice(2).replaceAll('-', '');
}

/** Enough for the demo's names: accents are dropped, everything else that is not A–Z becomes a filler. */
function transliterate(name: string): string {
  return name
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toUpperCase()
    .replace(/[^A-Z]/g, '<');
}
