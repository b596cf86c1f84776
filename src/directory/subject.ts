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
  /** Addresses that a change has added; not used for recovery while it cools off (rule 10). */
  addedEmails?: string[];
}

export interface Subject {
  id: string;
  groups: string[];
  /** To be treated as privileged: it is, or it was at any time of the last week (rule 10). */
  privileged: boolean;
  /** What the directory says now. */
  markedPrivileged: boolean;
  status: 'active' | 'disabled';
  sessionsValidFrom: Date;
  contactsChangedAt: Date | null;
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
  birthDate?: string;
  documentNumber?: string;
  issuingCountry?: string;
}
