import { daysIn, isDigits, isoDate } from '../calendar.js';

/** Documents are valid for up to 30 years; what a year further ahead than this means is not known. */
const EXPIRY_YEARS_AHEAD = 40;
const FILLERS = '<<';
/** Stands for an unknown month or day in our dates, and is no month or day in a zone. */
const UNKNOWN = '00';

/**
 * A birth date of six characters as ISO 8601, `00` for an unknown month or day. Nobody is born in the future: it is in
 * this century unless that is after `day`, then in the last. (Somebody of 100 years or more reads as a child, and then
 * differs from every record.) Without `date` when not even the year is known; undefined: no such date.
 */
export function birthDateOf(text: string, day: string): { date?: string } | undefined {
  const parts = [text.slice(0, 2), text.slice(2, 4), text.slice(4, 6)];
  if (!parts.every((part) => part === FILLERS || isDigits(part)) || parts.indexOf(UNKNOWN, 1) > 0) return undefined;
  const [year = '', month = '', dayOfMonth = ''] = parts.map((part, at) =>
    at > 0 && part === FILLERS ? UNKNOWN : part,
  );
  // A leap year: without a year, a 29 February may be right.
  if (year === FILLERS) return exists('2000', month, dayOfMonth) ? {} : undefined;
  const century = Number(day.slice(0, 2));
  const full = `${century}${year}-${month}-${dayOfMonth}` <= day ? `${century}${year}` : `${century - 1}${year}`;
  return exists(full, month, dayOfMonth) ? { date: `${full}-${month}-${dayOfMonth}` } : undefined;
}

function exists(year: string, month: string, dayOfMonth: string): boolean {
  if (month === UNKNOWN) return Number(dayOfMonth) <= 31;
  if (dayOfMonth === UNKNOWN) return daysIn(Number(year), Number(month)) > 0;
  return isoDate(year, month, dayOfMonth) !== undefined;
}

/**
 * A date of expiry of six digits as ISO 8601, in the latest century that puts it at most 40 years after `day`. Without
 * `date` when that would not be this century or the next: documents that are valid for life carry such a year (`99`, in
 * print 9999), and so do those that expired in the last century. Undefined: no such date.
 */
export function expiryDateOf(text: string, day: string): { date?: string } | undefined {
  if (!isDigits(text)) return undefined;
  const century = Number(day.slice(0, 2)) * 100;
  const limit = Number(day.slice(0, 4)) + EXPIRY_YEARS_AHEAD;
  const years = [century + 100, century].map((base) => base + Number(text.slice(0, 2)));
  const year = years.find((each) => each <= limit);
  const date = isoDate(String(year ?? years[1]), text.slice(2, 4), text.slice(4, 6));
  if (date === undefined) return undefined;
  return year === undefined ? {} : { date };
}
