import type { IdentityAttributes } from '../../../providers/kit/index.js';
import { compareNames, type NameMatch } from './compare-names.js';
import { agreed, type AttributeMatch } from './match-outcome.js';

export interface IdentityMatch extends NameMatch {
  birthDate: AttributeMatch;
}

/** A whole calendar date that exists. Documents with unknown days or months (`1980-00-00`) compare with nothing here. */
function isCalendarDate(value: unknown): value is string {
  if (typeof value !== 'string') return false;
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(value)?.map(Number) ?? [];
  if (year === undefined || month === undefined || day === undefined) return false;
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  return day >= 1 && day <= days;
}

/** Birth dates agree to the day or they differ: there is no nearly (rule 6). */
function compareBirthDate(record: unknown, claim: unknown): AttributeMatch {
  if (!isCalendarDate(record)) {
    return { outcome: 'not_comparable', method: 'missing_in_record', reasonCodes: ['no_reference_on_record'] };
  }
  if (!isCalendarDate(claim)) {
    return { outcome: 'not_comparable', method: 'missing_in_evidence', reasonCodes: ['data_missing'] };
  }
  if (record === claim) return agreed('exact', 'same_day');
  return { outcome: 'different', method: 'same_day', reasonCodes: ['birth_date_differs'] };
}

/**
 * What a provider read, attribute by attribute against what was proofed at enrolment. Pure and total: anything that is
 * not text, or not a date, is `not_comparable`.
 */
export function compareIdentity(
  record: Readonly<Partial<Record<keyof IdentityAttributes, unknown>>>,
  claim: Readonly<Partial<Record<keyof IdentityAttributes, unknown>>>,
): IdentityMatch {
  const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
  return {
    ...compareNames(
      { givenName: text(record.givenName), familyName: text(record.familyName) },
      { givenName: text(claim.givenName), familyName: text(claim.familyName) },
    ),
    birthDate: compareBirthDate(record.birthDate, claim.birthDate),
  };
}
