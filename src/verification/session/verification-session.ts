import type { ProviderCapabilities } from '../../../providers/kit/index.js';

export const LIVING_SESSION_STATES = ['creating', 'open', 'collecting', 'reported'] as const;
export type SessionState = (typeof LIVING_SESSION_STATES)[number] | 'failed' | 'abandoned';

/** Ended without an answer; what its partner says now comes too late to be one. */
export const wasGivenUp = ({ state }: { state: SessionState }): boolean => state === 'failed' || state === 'abandoned';

/** Nothing is waited for any more. */
export const isOver = (session: { state: SessionState }): boolean =>
  session.state === 'reported' || wasGivenUp(session);

/**
 * One try at having one provider verify one attempt of one case. The row is written before the provider hears of it:
 * everything a result is later bound to (rule 4) stands here first.
 */
export interface VerificationSession {
  id: string;
  caseId: string;
  attempt: number;
  provider: string;
  /** `fallback` when it stands in for a provider that failed, or is the own machine where a partner was to be asked (rule 7). */
  role: 'first' | 'fallback';
  state: SessionState;
  /** The partner's id; null until it answered. */
  externalId: string | null;
  nonceSealed: Buffer;
  handoffSealed: Buffer | null;
  secretStateSealed: Buffer | null;
  returnStateDigest: Buffer;
  /** Code of the last failure, never a partner's text. */
  lastError: string | null;
  createTries: number;
  /** Failed fetches in a row. */
  fetchTries: number;
  /** When this session is worked on next, whoever wakes up for it. */
  nextFetchAt: Date | null;
  /** No result is waited for after this. */
  expiresAt: Date | null;
  /** When the browser that started came back with the one-time state. */
  returnedAt: Date | null;
  /** When some other browser came with that state. */
  strayedAt: Date | null;
  /** When our pictures were handed to a partner that checks them. */
  evidenceHandedAt: Date | null;
  /** When the partner was first asked to create it; null for one that waits for its turn. */
  askedAt: Date | null;
  /** Who was not asked instead, and why: `provider:reason`. */
  leftOut: string[];
  /** When a create call ended without our knowing whether the partner carried it out. */
  possiblyCreatedAt: Date | null;
  /** How often the partner was asked after it had ended without an answer. */
  lateLooks: number;
  createdAt: Date;
  updatedAt: Date;
}

/** A code is exchanged once: a person who came back with one has nothing left to do at the partner. */
export const hasBroughtCode = (
  { returnedAt }: Pick<VerificationSession, 'returnedAt'>,
  { resultTransport }: Pick<ProviderCapabilities, 'resultTransport'>,
): boolean => resultTransport === 'oidc_code' && returnedAt !== null;

/** Ids only: what travels through outbox and queue. */
export interface SessionRef {
  caseId: string;
  attempt: number;
  sessionId: string;
}

export const refOf = (session: Pick<VerificationSession, 'id' | 'caseId' | 'attempt'>): SessionRef => ({
  caseId: session.caseId,
  attempt: session.attempt,
  sessionId: session.id,
});

/** Nobody is asking the provider for it at this moment: its turn has not come, or the last try failed. */
export const hasNoCaller = ({ state, createTries, lastError }: VerificationSession): boolean =>
  state === 'creating' && (createTries === 0 || lastError !== null);
