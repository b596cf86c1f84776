import { z } from 'zod';
import type { DateParts } from './report-parts.js';

/** How a partner may write a date: where its documentation does not say, the organisation does. */
const DATE_PATTERNS = {
  'YYYY-MM-DD': /^(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)$/,
  'DD/MM/YYYY': /^(?<day>\d\d)\/(?<month>\d\d)\/(?<year>\d{4})$/,
  'MM/DD/YYYY': /^(?<month>\d\d)\/(?<day>\d\d)\/(?<year>\d{4})$/,
} as const;
export type DateFormat = keyof typeof DATE_PATTERNS;

/** A variable that says it. */
export const dateFormat = z
  .enum(Object.keys(DATE_PATTERNS) as [DateFormat, ...DateFormat[]])
  .default('YYYY-MM-DD')
  .describe('How dates are written in results; a date written otherwise is not read');

/** For `calendarDate` and `birthDateOf`; nothing for a text in any other format. */
export const datePartsIn = (text: string | undefined, format: DateFormat): DateParts =>
  DATE_PATTERNS[format].exec(text ?? '')?.groups ?? {};
