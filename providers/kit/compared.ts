import { CHECK_REASONS, type CheckReason } from './checks.js';

/** What a document says of its holder and of itself, by name. */
export const DOCUMENT_FIELDS = [
  'family_name',
  'given_name',
  'birth_date',
  'document_number',
  'expiry_date',
  'nationality',
  'sex',
  'issuing_country',
] as const;
export type DocumentField = (typeof DOCUMENT_FIELDS)[number];

/** Where on a document it says so. */
export const DOCUMENT_PLACES = ['mrz', 'barcode', 'print', 'chip'] as const;
export type DocumentPlace = (typeof DOCUMENT_PLACES)[number];

/**
 * `not_found`: the second place was read and does not have it, or it was misread there. `not_read`: nothing was compared, for
 * what one of them says of it could not be made out.
 */
export const FIELD_OUTCOMES = ['agrees', 'differs', 'not_found', 'not_read'] as const;
export type FieldOutcome = (typeof FIELD_OUTCOMES)[number];

/** As many as every field in every pair of places, and some for a second zone. */
export const MOST_COMPARED = 50;

/**
 * One field of a document in two of its places. No value is in it, so that reviewers and auditors may see it for as long as
 * the decision is kept. It explains a check (`document_data_consistency`) and decides nothing.
 */
export interface ComparedField {
  field: DocumentField;
  between: readonly [DocumentPlace, DocumentPlace];
  outcome: FieldOutcome;
  reasonCodes: CheckReason[];
}

const isOneOf = (list: readonly unknown[], value: unknown): boolean => list.includes(value);

/** What of a list is a comparison in closed words, `MOST_COMPARED` of it at most. Total: an adapter may hand over anything. */
export function comparedFields(value: unknown): ComparedField[] {
  const list: unknown[] = Array.isArray(value) ? value : [];
  return list
    .filter(isComparedField)
    .slice(0, MOST_COMPARED)
    .map(({ field, between, outcome, reasonCodes }) => ({ field, between, outcome, reasonCodes }));
}

function isComparedField(value: unknown): value is ComparedField {
  if (typeof value !== 'object' || value === null) return false;
  const { field, between, outcome, reasonCodes } = value as Partial<Record<keyof ComparedField, unknown>>;
  return (
    isOneOf(DOCUMENT_FIELDS, field) &&
    isOneOf(FIELD_OUTCOMES, outcome) &&
    Array.isArray(between) &&
    between.length === 2 &&
    between.every((place) => isOneOf(DOCUMENT_PLACES, place)) &&
    Array.isArray(reasonCodes) &&
    reasonCodes.every((code) => isOneOf(CHECK_REASONS, code))
  );
}
