import type { CheckReason, ComparedField, DocumentField, FieldOutcome } from '../kit/index.js';
import type { AttributeComparison, ComparedAttribute } from './documents/evaluation/document-evaluation.js';

const FIELDS: Readonly<Record<ComparedAttribute, DocumentField>> = {
  familyName: 'family_name',
  givenName: 'given_name',
  birthDate: 'birth_date',
  number: 'document_number',
  expiryDate: 'expiry_date',
  nationality: 'nationality',
  sex: 'sex',
  issuingCountry: 'issuing_country',
};

const REASONS: Readonly<Record<FieldOutcome, CheckReason>> = {
  agrees: 'ok',
  differs: 'document_inconsistent',
  not_found: 'data_missing',
  not_read: 'document_unreadable',
};

/** Zone, barcode and print field by field, as a report has it: what was compared with what, and never what it said. */
export const toComparedFields = (comparisons: readonly AttributeComparison[]): ComparedField[] =>
  comparisons.map(({ attribute, between, outcome }) => ({
    field: FIELDS[attribute],
    between,
    outcome,
    reasonCodes: [REASONS[outcome]],
  }));
