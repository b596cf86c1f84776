import type { Check, ChosenDocument, DocumentFacts, IdentityAttributes } from '../../../kit/index.js';
import type { DocumentReading } from '../document-reading.js';

export interface DocumentQuestion {
  reading: DocumentReading;
  /** What the person said they would show; a hint, by which nothing passes. */
  chosen?: ChosenDocument;
  /** Our own clock's. */
  now: Date;
}

/** Where an attribute comes from. Print confirms or contradicts; it is never taken for a source. */
export type AttributeSource = 'mrz' | 'barcode';

/**
 * What is looked for in print. Nationality and sex stand there beside a caption; neither is under a check digit, and of
 * the two only the sex is in a barcode.
 */
export const PRINTED_ATTRIBUTES = [
  'familyName',
  'givenName',
  'birthDate',
  'number',
  'expiryDate',
  'nationality',
  'sex',
] as const;
export type PrintedAttribute = (typeof PRINTED_ATTRIBUTES)[number];

/** What two machine-readable sources are compared by, where both have it. */
export const COMPARED_ATTRIBUTES = [...PRINTED_ATTRIBUTES, 'issuingCountry'] as const;
export type ComparedAttribute = (typeof COMPARED_ATTRIBUTES)[number];

export type EvaluatedAttribute = Exclude<ComparedAttribute, 'sex'> | 'issuingRegion' | 'documentType';

/** One attribute in two places of a document; no value is in it, so that it may be kept and shown to reviewers. */
export interface AttributeComparison {
  attribute: ComparedAttribute;
  between: readonly [AttributeSource, AttributeSource | 'print'];
  /**
   * `not_found`: the print does not have it, or it was misread. `not_read`: nothing was compared, for what the print says
   * of it could not be made out.
   */
  outcome: 'agrees' | 'differs' | 'not_found' | 'not_read';
}

/** What a document's data are worth. Without a source that has no fault there is no identity. */
export interface DocumentEvaluation {
  identity?: IdentityAttributes;
  document?: DocumentFacts;
  sources: Partial<Record<EvaluatedAttribute, AttributeSource>>;
  comparisons: AttributeComparison[];
  /** `document_authenticity`, `document_expiry` and `document_data_consistency`, in this order. */
  checks: Check[];
}
