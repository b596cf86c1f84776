import type { Bucket, Verdict } from './case-outcomes.js';
import type { CaseState, StateReason } from './case-states.js';

/** A recovery case as stored. Times are the database's. */
export interface RecoveryCase {
  id: string;
  reference: string;
  subjectId: string;
  door: 'own' | 'oidc' | 'entra';
  mode: 'production' | 'evaluation';
  state: CaseState;
  stateReason: StateReason | null;
  attempt: number;
  attemptsAllowed: number;
  openedBy: string;
  openedByKind: 'person' | 'api_key' | 'self_service';
  channel: 'email' | 'sms' | 'relay';
  ticketRef: string | null;
  policyId: string;
  policyVersion: number;
  provider: string | null;
  verdict: Verdict | null;
  bucket: Bucket | null;
  issuingCountry: string | null;
  documentType: string | null;
  callCodeSealed: Buffer | null;
  callCodeTries: number;
  callConfirmedAt: Date | null;
  leaseEpoch: number;
  nextAttemptAt: Date | null;
  heldUntil: Date | null;
  version: number;
  expiresAt: Date;
  closedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}
