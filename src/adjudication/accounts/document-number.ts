import type { Sensitive } from '../../../providers/kit/index.js';
import type { NamedDocument } from '../../policy/document-rules.js';
import { issuerOf } from '../../recovery-case/issuing-country.js';
import type { AdjudicationFacts, ComparedAttribute } from '../facts.js';
import type { FindingReason } from '../reasons.js';

/** A document as a provider read it or a proofing record names it; anything may be missing, or be no text. */
export interface NumberedDocument extends NamedDocument {
  number?: unknown;
  /** State or province that gave it out, within the issuing country. */
  issuingRegion?: unknown;
}

/** Whose number it is: the same for every way of writing it. */
export interface DocumentIdentity {
  issuer: string;
  number: string;
  /**
   * Which of the issuer's registers the number is from: two states of one country may give out the same licence number,
   * and its passports are counted by themselves. Absent where nobody said; then it may be any.
   */
  register?: string;
}

/** How the number of the evidence stands towards the proofing record's. */
type DocumentNumberMatch = ComparedAttribute['match'];

/** Longest number that is looked at; a TD1 zone carries 22 characters at most (ICAO Doc 9303-5, 4.2.2.1). */
const MAX_CHARACTERS = 64;

const text = (value: unknown): string =>
  typeof value === 'string' ? value.slice(0, MAX_CHARACTERS).normalize('NFKC').toUpperCase() : '';

/** The part behind the country of an ISO 3166-2 code: `CA`, `US-CA`. */
const REGION = /^(?:[A-Z]{2}-)?([A-Z0-9]{1,3})$/;

/**
 * Issuer, number and register: spaces, hyphens and fillers gone, the issuer in three letters. Undefined when issuer or
 * number is missing: a number says nothing without who gave it out. Pure and total.
 */
export function identifyDocument(document: NumberedDocument | undefined): DocumentIdentity | undefined {
  const written = text(document?.issuingCountry).replace(/[^A-Z]/g, '');
  const number = text(document?.number).replace(/[^\p{L}\p{N}]/gu, '');
  if (written === '' || number === '') return undefined;
  // An issuer nobody knows keeps its own word: the document is still one document.
  const issuer = issuerOf(written) ?? written;
  const register = registerOf(document);
  return { issuer, number, ...(register && { register }) };
}

function registerOf(document: NumberedDocument | undefined): string | undefined {
  return document?.documentType === 'passport' ? 'passport' : REGION.exec(text(document?.issuingRegion))?.[1];
}

/** The issuer of specimens (ICAO Doc 9303-3, section 5). */
const SPECIMEN_ISSUER = 'UTO';

export const isSpecimen = (document: NumberedDocument | undefined): boolean =>
  issuerOf(document?.issuingCountry) === SPECIMEN_ISSUER;

/** Whether the two may be one document: where a register is not known, it may be any. */
export function mayBeOne(one: DocumentIdentity, other: DocumentIdentity): boolean {
  const sameNumber = one.issuer === other.issuer && one.number === other.number;
  return sameNumber && (one.register === other.register || !one.register || !other.register);
}

/** What a document is kept and found by, so that two are found by each other when they may be one. */
export interface DocumentKeys {
  /** The same for every document of this issuer and number. */
  shared: string;
  /** One of these belongs to another account: so may the document. */
  found: string[];
  /** The first belongs to one account; the second, where there is one, to the first account that came with any register. */
  kept: [string, ...string[]];
}

/** Without a register the document may be of any: `*` stands for the account that came first with one. */
export function keysOfDocument({ issuer, number, register }: DocumentIdentity): DocumentKeys {
  const unknown = `${issuer}:${number}`;
  const any = `${issuer}/*:${number}`;
  if (!register) return { shared: unknown, found: [unknown, any], kept: [unknown] };
  const own = `${issuer}/${register}:${number}`;
  return { shared: unknown, found: [own, unknown], kept: [own, any] };
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
  record: (Omit<NumberedDocument, 'number'> & { documentNumber?: unknown }) | undefined,
  evidence: NumberedDocument | undefined,
): DocumentNumberMatch {
  const proofed = identifyDocument({ ...record, number: record?.documentNumber });
  const shown = identifyDocument(evidence);
  if (!proofed) return notComparable('missing_in_record', 'no_reference_on_record');
  if (!shown) return notComparable('missing_in_evidence', 'data_missing');
  if (mayBeOne(proofed, shown)) return { outcome: 'exact', method: 'issuer_and_number', reasonCodes: ['ok'] };
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
