import { checkDigit } from './check-digit.js';
import type { MrzField } from './mrz-layout.js';
import { withoutTail } from './mrz-names.js';
import type { MrzFault, MrzText } from './mrz.js';

export interface MrzNumber {
  number: string;
  /** The optional data without what belonged to the number. */
  rest: string;
}

/**
 * The document number with its digit. One of more than nine characters has a filler for its digit, and goes on in the
 * optional data up to the next filler, the digit last (ICAO Doc 9303-5, note j; 9303-6, note j).
 */
export function readNumber(text: MrzText, longNumbers: boolean): MrzNumber | { field: MrzField; fault: MrzFault } {
  if (text.numberDigit === '<' && longNumbers) return readLongNumber(text);
  const number = withoutTail(text.number);
  if (number === '') return { field: 'number', fault: 'missing' };
  if (!isNumber(number)) return { field: 'number', fault: 'filler' };
  if (text.numberDigit !== checkDigit(text.number)) return { field: 'numberDigit', fault: 'check_digit' };
  return { number, rest: text.optional };
}

function readLongNumber(text: MrzText): MrzNumber | { field: MrzField; fault: MrzFault } {
  const [tail = ''] = text.optional.split('<', 1);
  const number = text.number + tail.slice(0, -1);
  if (tail.length < 2) return { field: 'numberDigit', fault: 'check_digit' };
  if (text.number.endsWith('<') || !isNumber(number)) return { field: 'number', fault: 'filler' };
  if (tail.at(-1) !== checkDigit(number)) return { field: 'optional', fault: 'check_digit' };
  return { number, rest: text.optional.slice(tail.length + 1) };
}

/** Spaces and signs inside of a number are fillers, one by one (Doc 9303-3, 4.7). */
function isNumber(text: string): boolean {
  return text.split('<').every((part) => part !== '');
}
