import { agreed, differs, MISSING_IN_EVIDENCE, MISSING_IN_RECORD, type AttributeMatch } from './match-outcome.js';

/** A birth date as a document may print it: the year, and month and day where they are known. */
interface BirthDate {
  year: number;
  month?: number;
  day?: number;
}

const MONTHS = 12;

/**
 * Nothing for text that is no date of the calendar. Unknown parts are `00`, `XX` or `<<` (ICAO Doc 9303-3, 4.8); without a year
 * there is no date, and two of them agree in nothing.
 */
function readBirthDate(value: unknown): BirthDate | undefined {
  if (typeof value !== 'string') return undefined;
  const parts = /^(\d{4})-(\d\d|XX|<<)-(\d\d|XX|<<)$/.exec(value);
  if (!parts) return undefined;
  const [year, month, day] = parts.slice(1).map((part) => (/[1-9]/.test(part) ? Number(part) : undefined));
  if (year === undefined || (month !== undefined && month > MONTHS)) return undefined;
  if (day !== undefined && day > daysOf(year, month)) return undefined;
  return { year, ...(month === undefined ? {} : { month }), ...(day === undefined ? {} : { day }) };
}

function daysOf(year: number, month: number | undefined): number {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return month === undefined ? 31 : ([31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0);
}

/**
 * Birth dates agree to the day or they differ: there is no nearly (rule 6). A date with unknown parts agrees, as
 * `compatible`, with one that lacks the same parts; where one side knows what the other does not, what both know can
 * still differ, and is otherwise left to people.
 */
export function compareBirthDate(record: unknown, claim: unknown): AttributeMatch {
  const [ours, theirs] = [readBirthDate(record), readBirthDate(claim)];
  if (!ours) return MISSING_IN_RECORD;
  if (!theirs) return MISSING_IN_EVIDENCE;
  const parts = [
    [ours.year, theirs.year],
    [ours.month, theirs.month],
    [ours.day, theirs.day],
  ] as const;
  if (parts.some(([a, b]) => a !== undefined && b !== undefined && a !== b)) {
    return differs('same_day', 'birth_date_differs');
  }
  if (parts.every(([a, b]) => a !== undefined && b !== undefined)) return agreed('exact', 'same_day');
  if (parts.every(([a, b]) => a === b)) return agreed('compatible', 'same_unknown_parts');
  return { outcome: 'not_comparable', method: 'unknown_parts', reasonCodes: ['data_missing'] };
}
