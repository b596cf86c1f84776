import type { Sensitive } from '../../providers/kit/index.js';

/** What the directory knows about a person; sealed at rest, `Sensitive` in memory. Dates are ISO 8601 calendar dates. */
export interface SubjectProfile {
  login: string;
  displayName: string;
  givenName: string;
  familyName: string;
  birthDate?: string;
  employeeId?: string;
  emails: string[];
  phones: string[];
  /** Addresses that were replaced, told of changes and not used for recovery. */
  formerEmails: string[];
  /** When each of them was replaced, ISO 8601: after a month it is told nothing more. */
  formerSince?: Record<string, string>;
  /**
   * Logins and employee ids that were replaced, as they are compared, and when, ISO 8601: for a month the account goes on
   * being theirs whom they name (T49).
   */
  formerIdentifiers?: Record<string, string>;
  /** Addresses that a change has added; not used for recovery while it cools off (rule 10). */
  addedEmails?: string[];
}

/** Authenticator assurance levels of NIST SP 800-63B-4, weakest first: what an account can sign in with at its best. */
export const ASSURANCE_LEVELS = ['AAL1', 'AAL2', 'AAL3'] as const;
export type AssuranceLevel = (typeof ASSURANCE_LEVELS)[number];

export interface Subject {
  id: string;
  groups: string[];
  /** Those of `groups`, and those it left during the last week (rule 10); sorted. */
  recentGroups: string[];
  /** To be treated as privileged: it is, or it was at any time of the last week (rule 10). */
  privileged: boolean;
  /** What the directory says now. */
  markedPrivileged: boolean;
  status: 'active' | 'disabled';
  sessionsValidFrom: Date;
  contactsChangedAt: Date | null;
  /** Addresses changed during the last week: those that were added carry nothing yet (T48). */
  contactsCoolingOff: boolean;
  /** What was replaced before this, a month ago, counts no more. */
  toldSince: Date;
  /** Name or birth date changed during the last week: nobody is recovered by them (rule 10). */
  identityCoolingOff: boolean;
  version: number;
  profile: Sensitive<SubjectProfile>;
}

/** What identity was proofed at enrolment; a recovery compares with this, not with what a profile says today. */
export interface ProofingRecord {
  subjectId: string;
  level: string;
  evidenceKinds: string[];
  proofedAt: Date;
  changedAt: Date;
  attributes: Sensitive<ProofedAttributes>;
  hasPortrait: boolean;
}

export interface ProofedAttributes {
  givenName?: string;
  familyName?: string;
  /** ISO 8601, with `00` for a month or day that the document leaves open. */
  birthDate?: string;
  /** Alpha-2 or alpha-3. */
  nationality?: string;
  /** Names that were proofed as the same person's: before a marriage, before a change. What is absent did not change. */
  formerNames?: { givenName?: string; familyName?: string }[];
  documentNumber?: string;
  issuingCountry?: string;
  /** Within the country: the state or province whose number it is. */
  issuingRegion?: string;
  documentType?: string;
}
