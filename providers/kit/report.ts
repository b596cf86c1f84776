import type { Check } from './checks.js';
import type { ComparedField } from './compared.js';
import type { Sensitive } from './sensitive.js';

/** Attributes a partner read from a document or holds on record. Dates are ISO 8601 calendar dates. */
export interface IdentityAttributes {
  givenName?: string;
  familyName?: string;
  birthDate?: string;
  nationality?: string;
}

/** The words for documents in which a person chooses one and a profile asks for one. */
export const DOCUMENT_TYPES = ['passport', 'identity_card', 'driving_licence', 'residence_permit', 'other'] as const;
export type DocumentType = (typeof DOCUMENT_TYPES)[number];

export interface DocumentFacts {
  /** ISO 3166-1 alpha-3 issuer as printed in the MRZ, or alpha-2 from a partner; upper case. */
  issuingCountry?: string;
  /** Within the country: the state or province that gave it out, without the country (ISO 3166-2). */
  issuingRegion?: string;
  /**
   * One of {@link DOCUMENT_TYPES}, and `other` only for a word that is known to mean none of the rest. A partner's word
   * that the adapter does not know is left out: a profile that asks for types then has a reviewer look. Called `other`, it
   * could pass for a type that the profile takes, or refuse a passport that goes by a new name.
   */
  documentType?: string;
  number?: string;
  expiryDate?: string;
}

/** Who checked, with what, when: everything an auditor needs to reproduce or challenge the report. */
export interface ReportProvenance {
  adapterVersion: string;
  /** Model set, workflow or template name and version at the provider. */
  procedure?: string;
  /** True only when the partner says that this was its live environment. */
  live: boolean;
  checkedAt: string;
}

/**
 * What the router binds a result to (rule 4). An adapter copies these from the partner's authenticated answer, never
 * from its own memory of the session, so that a swapped answer shows.
 */
export interface ReportBinding {
  externalId: string;
  /** Our nonce as the partner echoes it; absent where a partner has no such field (see `capabilities.replayGuard`). */
  nonce?: string;
}

export const REPORT_STATUSES = ['pending', 'completed', 'cancelled', 'expired', 'failed'] as const;
export type ReportStatus = (typeof REPORT_STATUSES)[number];

/** The neutral result of one verification session. Adapters report; `src/adjudication` alone decides. */
export interface ProviderReport {
  status: ReportStatus;
  /** True when this session will never report anything else. */
  terminal: boolean;
  binding: ReportBinding;
  checks: Check[];
  identity?: Sensitive<IdentityAttributes>;
  document?: Sensitive<DocumentFacts>;
  /** Set when the partner compared expected attributes itself and returns only which of them agreed. */
  matchedOnly?: (keyof IdentityAttributes)[];
  /**
   * Fields of the document in two of its places, where the provider tells (`MOST_COMPARED` at most). It explains, and
   * decides nothing.
   */
  compared?: readonly ComparedField[];
  assurance?: { framework: string; level: string };
  provenance: ReportProvenance;
}
