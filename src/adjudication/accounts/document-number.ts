import type { Sensitive } from '../../../providers/kit/index.js';
import type { NamedDocument } from '../../policy/document-rules.js';
import { issuerOf } from '../../recovery-case/issuing-country.js';
import type { AdjudicationFacts, ComparedAttribute } from '../facts.js';
import type { FindingReason } from '../reasons.js';

/** A document as a provider read it or a proofing record names it; anything may be missing, or be no text. */
export interface NumberedDocument extends NamedDocument {
  number?: unknown;
}

/** How the number of the evidence stands towards the proofing record's. */
type DocumentNumberMatch = ComparedAttribute['match'];

/** Longest number that is looked at; a TD1 zone carries 22 characters at most (ICAO Doc 9303-5, 4.2.2.1). */
const MAX_CHARACTERS = 64;

const text = (value: unknown): string =>
  typeof value === 'string' ? value.slice(0, MAX_CHARACTERS).normalize('NFKC').toUpperCase() : '';

/**
 * Issuer and number as one text, the same for every way of writing them: spaces, hyphens and fillers gone, the issuer in
 * three letters. Undefined when one of the two is missing: a number says nothing without who gave it out.
 */
export function documentKey(document: NumberedDocument | undefined): string | undefined {
  const issuer = text(document?.issuingCountry).replace(/[^A-Z]/g, '');
  const number = text(document?.number).replace(/[^\p{L}\p{N}]/gu, '');
  if (issuer === '' || number === '') return undefined;
  // An issuer nobody knows keeps its own word: the document is still one document.
  return `${issuerOf(issuer) ?? issuer}:${number}`;
}

/** The document of a report, whatever the report holds. */
export function reportedDocument(report: {
  document?: Sensitive<NumberedDocument> | undefined;
}): NumberedDocument | undefined {
  const document: unknown = report.document?.reveal();
  return typeof document === 'object' && document !== null ? document : undefined;
}

/**
 * The evidence's document against the one that was proofed. The same document is the strongest tie there is besides the
 * face; another one is no fault, because documents are renewed: it is said, and refuses nobody. Pure and total.
 */
export function compareDocumentNumber(
  record: { documentNumber?: unknown; issuingCountry?: unknown } | undefined,
  evidence: NumberedDocument | undefined,
): DocumentNumberMatch {
  const proofed = documentKey({ issuingCountry: record?.issuingCountry, number: record?.documentNumber });
  const shown = documentKey(evidence);
  if (!proofed) return notComparable('missing_in_record', 'no_reference_on_record');
  if (!shown) return notComparable('missing_in_evidence', 'data_missing');
  if (proofed === shown) return { outcome: 'exact', method: 'issuer_and_number', reasonCodes: ['ok'] };
  return { outcome: 'different', method: 'issuer_and_number', reasonCodes: ['document_replaced'] };
}

const notComparable = (method: string, reason: FindingReason): DocumentNumberMatch => ({
  outcome: 'not_comparable',
  method,
  reasonCodes: [reason],
});

/** The number as one of the attributes a decision rests on. */
export function documentNumberOf({
  report,
  proofing,
}: Pick<AdjudicationFacts, 'report' | 'proofing'>): ComparedAttribute {
  const match = compareDocumentNumber(proofing?.attributes.reveal(), reportedDocument(report));
  return { about: 'document_number', match };
}
