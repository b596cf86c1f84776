import { randomUUID } from 'node:crypto';
import { type Decision, type FailableKind, type SimulatedSession } from '../../kit/simulator/index.js';

export const DOCUMENT_TYPES = ['IDENTITY_CARD', 'PASSPORT', 'DRIVING_LICENSE', 'RESIDENT_CARD'];

export interface Consent {
  consentId: string;
  type: string;
  approved: boolean;
  validityPeriod?: unknown;
}

/** One accepted upload. The pictures themselves are looked at and dropped. */
export interface Evidence {
  readonly id: string;
  readonly submittedAt: Date;
  readonly sides: number;
  readonly documentType?: string;
}

export interface GipsIdentity extends SimulatedSession {
  readonly correlationId?: string;
  readonly createdAt: Date;
  consents: Consent[];
  documents: Evidence[];
  portraits: Evidence[];
  announced: boolean;
}

export const newEvidence = (about: Omit<Evidence, 'id'>): Evidence => ({ id: randomUUID(), ...about });

/** Checks that GIPS makes. It has no word for the others, so a person would have to look. */
export const KINDS: readonly FailableKind[] = [
  'document_authenticity',
  'document_expiry',
  'document_data_consistency',
  'face_match',
  'presentation_attack',
  'data_match',
];

export const isComplete = ({ documents, portraits }: GipsIdentity): boolean =>
  documents.length > 0 && portraits.length > 0;

/** How it ended for good; undefined while the partner works or its back office looks. */
export const verdictOf = ({ decision }: GipsIdentity): Decision | undefined =>
  decision && !needsBackOffice(decision) ? decision : undefined;

export const isInAdjudication = ({ decision }: GipsIdentity): boolean => !!decision && needsBackOffice(decision);

function needsBackOffice({ scenario, failing }: Decision): boolean {
  return scenario === 'review' || (failing !== undefined && !KINDS.includes(failing));
}
