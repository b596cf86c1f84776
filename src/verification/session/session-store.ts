import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/transaction.js';
import { isUniqueViolation } from '../../platform/database/database-errors.js';
import { LIVING_SESSION_STATES, type SessionState, type VerificationSession } from './verification-session.js';

/** A create call that died with its process may be repeated after this long; longer than the call's own deadline. */
export const CREATE_LEASE_SECONDS = 25;

export type SessionIntent = Pick<
  VerificationSession,
  'id' | 'caseId' | 'attempt' | 'provider' | 'role' | 'nonceSealed' | 'returnStateDigest' | 'leftOut'
>;

export interface OpenedSession {
  externalId: string;
  handoffSealed: Buffer;
  secretStateSealed: Buffer | null;
  /** Collecting begins now: until when, counted from now, and no later than the partner's own end. */
  waitSeconds: number | null;
  partnerExpiresAt: Date | null;
  firstFetchSeconds: number | null;
}

/** Reads and writes the rows of `verification_sessions`. Every write is guarded by the states it may leave. */
@Injectable()
export class SessionStore {
  async find(tx: Transaction, sessionId: string): Promise<VerificationSession | undefined> {
    return tx.maybeOne<VerificationSession>`SELECT * FROM verification_sessions WHERE id = ${sessionId}`;
  }

  /** Whether no result of it is waited for any more, by the database's clock: the one that its end was set by. */
  async isOver(tx: Transaction, sessionId: string): Promise<boolean> {
    const over = await tx.maybeOne`
      SELECT 1 FROM verification_sessions WHERE id = ${sessionId} AND expires_at <= clock_timestamp()`;
    return over !== undefined;
  }

  async findLiving(tx: Transaction, caseId: string, attempt: number): Promise<VerificationSession | undefined> {
    return tx.maybeOne<VerificationSession>`SELECT * FROM verification_sessions
      WHERE case_id = ${caseId} AND attempt = ${attempt} AND state = ANY(${LIVING_SESSION_STATES})`;
  }

  /** Every session of the case that a partner answered to, of whatever state, oldest first. */
  async knownToPartners(tx: Transaction, caseId: string): Promise<VerificationSession[]> {
    return tx.many<VerificationSession>`SELECT * FROM verification_sessions
      WHERE case_id = ${caseId} AND external_id IS NOT NULL ORDER BY created_at`;
  }

  async findByExternalId(
    tx: Transaction,
    provider: string,
    externalId: string,
  ): Promise<VerificationSession | undefined> {
    return tx.maybeOne<VerificationSession>`SELECT * FROM verification_sessions
      WHERE provider = ${provider} AND external_id = ${externalId}`;
  }

  async findByReturnState(tx: Transaction, digests: readonly Buffer[]): Promise<VerificationSession | undefined> {
    return tx.maybeOne<VerificationSession>`SELECT * FROM verification_sessions WHERE return_state_digest = ANY(${digests}::bytea[])`;
  }

  /** Sessions of the case that failed, oldest first. */
  async failures(tx: Transaction, caseId: string): Promise<Pick<VerificationSession, 'provider' | 'attempt'>[]> {
    return tx.many<
      Pick<VerificationSession, 'provider' | 'attempt'>
    >`SELECT provider, attempt FROM verification_sessions
      WHERE case_id = ${caseId} AND state = 'failed' ORDER BY created_at`;
  }

  /** The latest session of an attempt, which had the last word in it. */
  async lastOf(
    tx: Transaction,
    at: Pick<VerificationSession, 'caseId' | 'attempt'>,
  ): Promise<Pick<VerificationSession, 'provider' | 'state'> | undefined> {
    return tx.maybeOne<
      Pick<VerificationSession, 'provider' | 'state'>
    >`SELECT provider, state FROM verification_sessions
      WHERE case_id = ${at.caseId} AND attempt = ${at.attempt} ORDER BY created_at DESC, id DESC LIMIT 1`;
  }

  /** Stores the intent, due in `delaySeconds`. Undefined when the attempt already has a living session. */
  async insertIntent(
    tx: Transaction,
    intent: SessionIntent,
    delaySeconds: number,
  ): Promise<VerificationSession | undefined> {
    return tx.maybeOne<VerificationSession>`
      INSERT INTO verification_sessions (id, case_id, attempt, provider, role, state, nonce_sealed, return_state_digest,
        left_out, next_fetch_at, asked_at, session_cost)
      VALUES (${intent.id}, ${intent.caseId}, ${intent.attempt}, ${intent.provider}, ${intent.role}, 'creating', ${intent.nonceSealed},
        ${intent.returnStateDigest}, ${intent.leftOut}, clock_timestamp() + make_interval(secs => ${delaySeconds}),
        CASE WHEN ${delaySeconds === 0} THEN clock_timestamp() END, (SELECT session_cost FROM provider_controls WHERE provider = ${intent.provider}))
      ON CONFLICT (case_id, attempt) WHERE state IN ('creating', 'open', 'collecting', 'reported') DO NOTHING
      RETURNING *`;
  }

  /**
   * Takes the right to call the partner's create now. Undefined when it is not due, taken, or no longer wanted. A call
   * whose end nobody wrote down died with its process: the partner may have carried it out.
   */
  async claimCreate(tx: Transaction, sessionId: string): Promise<VerificationSession | undefined> {
    return tx.maybeOne<VerificationSession>`
      UPDATE verification_sessions SET create_tries = create_tries + 1, last_error = NULL, updated_at = clock_timestamp(),
        asked_at = COALESCE(asked_at, clock_timestamp()),
        possibly_created_at = COALESCE(possibly_created_at, CASE WHEN create_tries > 0 AND last_error IS NULL THEN clock_timestamp() END),
        next_fetch_at = clock_timestamp() + make_interval(secs => ${CREATE_LEASE_SECONDS})
      WHERE id = ${sessionId} AND state = 'creating' AND next_fetch_at <= clock_timestamp() + interval '1 second'
      RETURNING *`;
  }

  /** The partner answered: `creating` → `open`. Undefined when somebody else was first or the id is taken. */
  async markOpen(tx: Transaction, sessionId: string, opened: OpenedSession): Promise<VerificationSession | undefined> {
    try {
      return await tx.maybeOne<VerificationSession>`
        UPDATE verification_sessions SET state = 'open', external_id = ${opened.externalId}, handoff_sealed = ${opened.handoffSealed},
          secret_state_sealed = ${opened.secretStateSealed}, last_error = NULL, updated_at = clock_timestamp(),
          next_fetch_at = clock_timestamp() + make_interval(secs => ${opened.firstFetchSeconds}::int),
          expires_at = LEAST(clock_timestamp() + make_interval(secs => ${opened.waitSeconds}::int), ${opened.partnerExpiresAt}::timestamptz)
        WHERE id = ${sessionId} AND state = 'creating' RETURNING *`;
    } catch (error) {
      if (isUniqueViolation(error)) throw new ExternalIdTakenError();
      throw error;
    }
  }

  /** Another hand-off for a session whose person is still sent out. False when it is not open any more. */
  async replaceHandoff(tx: Transaction, sessionId: string, handoffSealed: Buffer): Promise<boolean> {
    const rows =
      await tx.run`UPDATE verification_sessions SET handoff_sealed = ${handoffSealed}, updated_at = clock_timestamp()
      WHERE id = ${sessionId} AND state = 'open'`;
    return rows === 1;
  }

  /** The person has sent everything: a capture session is collected from now on. */
  async markCollecting(
    tx: Transaction,
    sessionId: string,
    waitSeconds: number,
  ): Promise<VerificationSession | undefined> {
    return tx.maybeOne<VerificationSession>`
      UPDATE verification_sessions SET state = 'collecting', next_fetch_at = clock_timestamp(), updated_at = clock_timestamp(),
        expires_at = clock_timestamp() + make_interval(secs => ${waitSeconds})
      WHERE id = ${sessionId} AND state = 'open' RETURNING *`;
  }

  /** Takes a claim back whose call was not made: it has cost no try, and no call can have died with its process. */
  async giveBackCreate(
    tx: Transaction,
    sessionId: string,
    again: { delaySeconds: number; error: string },
  ): Promise<void> {
    await tx.run`UPDATE verification_sessions SET create_tries = create_tries - 1, last_error = ${again.error}, updated_at = clock_timestamp(),
        asked_at = CASE WHEN create_tries > 1 THEN asked_at END,
        next_fetch_at = clock_timestamp() + make_interval(secs => ${again.delaySeconds})
      WHERE id = ${sessionId} AND state = 'creating' AND create_tries > 0`;
  }

  /** Ends a session without a result. False when it had already ended. */
  async end(
    tx: Transaction,
    sessionId: string,
    end: { state: Extract<SessionState, 'failed' | 'abandoned'>; error: string },
  ): Promise<boolean> {
    const rows =
      await tx.run`UPDATE verification_sessions SET state = ${end.state}, last_error = ${end.error}, next_fetch_at = NULL, updated_at = clock_timestamp()
      WHERE id = ${sessionId} AND state IN ('creating', 'open', 'collecting')`;
    return rows === 1;
  }

  /** It may be tried (again) after the delay. Without an error, what the last call came to stays as it is. */
  async postponeCreate(
    tx: Transaction,
    sessionId: string,
    again: { delaySeconds: number; error?: string },
  ): Promise<boolean> {
    const rows =
      await tx.run`UPDATE verification_sessions SET last_error = COALESCE(${again.error ?? null}, last_error), updated_at = clock_timestamp(),
        next_fetch_at = clock_timestamp() + make_interval(secs => ${again.delaySeconds})
      WHERE id = ${sessionId} AND state = 'creating'`;
    return rows === 1;
  }

  /** The browser that started came back. False when it had before, or when nothing is waited for. */
  async markReturned(tx: Transaction, sessionId: string): Promise<boolean> {
    const rows =
      await tx.run`UPDATE verification_sessions SET returned_at = clock_timestamp(), updated_at = clock_timestamp()
      WHERE id = ${sessionId} AND returned_at IS NULL AND state IN ('open', 'collecting', 'reported')`;
    return rows === 1;
  }

  /** Takes the right to hand our pictures over now. False when they are there, or on their way. */
  async claimHandOver(tx: Transaction, sessionId: string, leaseSeconds: number): Promise<boolean> {
    const rows = await tx.run`UPDATE verification_sessions
      SET evidence_lease_until = clock_timestamp() + make_interval(secs => ${leaseSeconds}), updated_at = clock_timestamp()
      WHERE id = ${sessionId} AND state = 'collecting' AND evidence_handed_at IS NULL
        AND (evidence_lease_until IS NULL OR evidence_lease_until <= clock_timestamp())`;
    return rows === 1;
  }

  /** Ends the lease; `handed` when the partner has the pictures. */
  async endHandOver(tx: Transaction, sessionId: string, { handed }: { handed: boolean }): Promise<void> {
    await tx.run`UPDATE verification_sessions SET evidence_lease_until = NULL, updated_at = clock_timestamp(),
      evidence_handed_at = CASE WHEN ${handed} THEN clock_timestamp() ELSE evidence_handed_at END WHERE id = ${sessionId}`;
  }

  /** A stored intent whose time has come; undefined when it is not due, or has ended. */
  async findDueCreate(tx: Transaction, sessionId: string): Promise<VerificationSession | undefined> {
    return tx.maybeOne<VerificationSession>`SELECT * FROM verification_sessions
      WHERE id = ${sessionId} AND state = 'creating' AND next_fetch_at <= clock_timestamp() + interval '1 second'`;
  }

  /** A create call ended without our knowing whether the partner carried it out. */
  async markPossiblyCreated(tx: Transaction, sessionId: string): Promise<void> {
    await tx.run`UPDATE verification_sessions SET possibly_created_at = COALESCE(possibly_created_at, clock_timestamp())
      WHERE id = ${sessionId}`;
  }
}

/** A partner gave out an id that another session already has: its answer cannot be trusted. */
export class ExternalIdTakenError extends Error {
  override readonly name = 'ExternalIdTakenError';

  constructor() {
    super('the provider gave out a session id twice');
  }
}
