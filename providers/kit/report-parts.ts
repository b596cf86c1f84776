import type { Check, CheckKind, CheckReason, CheckResult } from './checks.js';

/** Own members only: `constructor` is a word a partner could send. */
export function lookUp<Value>(table: Readonly<Record<string, Value>>, word: string): Value | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}

/** The members somebody said something about: what was not said is not there, rather than there and `undefined`. */
export function present<Members extends object>(members: Members): Members {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Members;
}

/** As they were written; what was not said is not there. */
export interface DateParts {
  year?: string;
  month?: string;
  day?: string;
}

/** How a format writes what a document does not know of a birth date. */
const UNKNOWN_PART = '00';
const YEAR_LEFT_OUT = '0000';

/**
 * `YYYY-MM-DD` (ISO 8601) of four, two and two digits as a partner wrote them; undefined where one is missing, and for a
 * day that no calendar has, such as 30 February.
 */
export function calendarDate({ year, month, day }: DateParts): string | undefined {
  const date = `${year}-${month}-${day}`;
  if (!/^\d{4}-\d\d-\d\d$/.test(date)) return undefined;
  const at = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(date) ? date : undefined;
}

/**
 * The same for somebody's birth, of which a document may not know the day, or neither day nor month: `YYYY-MM-00` and
 * `YYYY-00-00` (ICAO Doc 9303-3, 4.8, where unknown parts are filled). Only where the partner wrote the zeros: what it did not
 * say is not unknown to the document, and no day is ever made up.
 */
export function birthDateOf(parts: DateParts): string | undefined {
  const { year, month, day } = parts;
  if (year === YEAR_LEFT_OUT) return undefined;
  if (day !== UNKNOWN_PART) return calendarDate(parts);
  const first = calendarDate({ year, month: month === UNKNOWN_PART ? '01' : month, day: '01' });
  return first && `${year}-${month}-00`;
}

/** {@link birthDateOf} of a text in ISO 8601 order; undefined for anything else. */
export function birthDateIn(text: unknown): string | undefined {
  const [, year, month, day] = (typeof text === 'string' && /^(\d{4})-(\d\d)-(\d\d)$/.exec(text)) || [];
  return birthDateOf({ ...(year && { year }), ...(month && { month }), ...(day && { day }) });
}

export function notRun(kind: CheckKind, reason: CheckReason): Check {
  return { kind, result: 'not_run', reasonCodes: [reason] };
}

/** When two things are said about one kind, the first of these that occurs stands. */
export const WORST_FIRST: readonly CheckResult[] = ['fail', 'indeterminate', 'not_run', 'pass'];

/** One check of several answers about the same kind: the worst result with its reasons. Undefined for none. */
export function worstOf(answers: readonly Check[]): Check | undefined {
  const worst = WORST_FIRST.find((result) => answers.some((answer) => answer.result === result));
  const [first, ...others] = answers.filter((answer) => answer.result === worst);
  if (!first) return undefined;
  const reasonCodes = [...new Set([first, ...others].flatMap((answer) => answer.reasonCodes))];
  return { ...first, reasonCodes };
}

/** The partner vouches for nothing as a whole, so nothing it lists may pass by itself. */
export function reopened(checks: readonly Check[], reason: CheckReason): Check[] {
  return checks.map((check) =>
    check.result === 'pass' ? { ...check, result: 'indeterminate', reasonCodes: [reason] } : check,
  );
}

export const isOpenOrFailed = ({ result }: Check): boolean => result === 'indeterminate' || result === 'fail';
