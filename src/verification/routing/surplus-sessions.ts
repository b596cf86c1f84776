import { Injectable } from '@nestjs/common';
import type { CreatedSession } from '../../../providers/kit/index.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { newId } from '../../platform/ids/ids.js';
import { announce } from '../../recovery-case/case-events.js';
import { SessionSecrets } from '../session/session-secrets.js';
import { refOf, type VerificationSession } from '../session/verification-session.js';

/** A session at a provider that nobody will use. */
export interface SurplusSession {
  id: string;
  sessionId: string;
  /** Null while only our own reference is known. */
  externalId: string | null;
  secretStateSealed: Buffer | null;
  state: 'due' | 'closed' | 'absent' | 'unresolved';
  tries: number;
}

/** Longer than any adapter's own time limit: an answer that comes late has come by then. */
const FIRST_LOOK_SECONDS = 15;

/**
 * Records that a session has left, or may have left, something at a provider, and makes sure that it is looked up (I12,
 * F27).
 */
@Injectable()
export class SurplusSessions {
  constructor(
    private readonly clock: Clock,
    private readonly secrets: SessionSecrets,
  ) {}

  /**
   * For a session that ends without a result, in the transaction that ends it: records what the provider may still have
   * of it. Nothing, when it never got as far.
   */
  async recordEnded(tx: Transaction, session: VerificationSession): Promise<void> {
    const stored = await tx.run`
      INSERT INTO surplus_sessions (id, session_id, external_id, secret_state_sealed, next_try_at)
      SELECT ${this.newId()}, s.id, s.external_id, s.secret_state_sealed, clock_timestamp() + make_interval(secs => ${FIRST_LOOK_SECONDS})
      FROM verification_sessions s
      WHERE s.id = ${session.id} AND (s.external_id IS NOT NULL OR s.possibly_created_at IS NOT NULL)
      ON CONFLICT DO NOTHING`;
    if (stored === 1) await this.announceDue(tx, session, FIRST_LOOK_SECONDS);
  }

  /** The provider's answer came after its case stopped waiting for it. */
  async recordAnswer(tx: Transaction, session: VerificationSession, created: CreatedSession): Promise<void> {
    const secretState = created.secretState
      ? await this.secrets.sealSecretState(tx, session, created.secretState)
      : null;
    // What stood there as a guess is now known.
    await tx.run`UPDATE surplus_sessions SET state = 'absent', settled_at = clock_timestamp()
      WHERE session_id = ${session.id} AND external_id IS NULL AND state = 'due'`;
    const stored = await tx.run`
      INSERT INTO surplus_sessions (id, session_id, external_id, secret_state_sealed, next_try_at)
      VALUES (${this.newId()}, ${session.id}, ${created.externalId}, ${secretState}, clock_timestamp())
      ON CONFLICT DO NOTHING`;
    if (stored === 1) await this.announceDue(tx, session, 0);
  }

  /**
   * Puts off what is due of a session at which a last look is still to be taken (src/verification/collect/fetch-schedule.ts):
   * one that was cancelled has nothing more to say.
   */
  async awaitLook(tx: Transaction, session: VerificationSession): Promise<void> {
    const waiting = await tx.run`
      UPDATE surplus_sessions u SET next_try_at = clock_timestamp() + make_interval(secs => ${FIRST_LOOK_SECONDS})
      FROM verification_sessions s
      WHERE u.session_id = ${session.id} AND u.state = 'due' AND s.id = u.session_id AND s.external_id = u.external_id
        AND s.state IN ('failed', 'abandoned') AND s.late_looks = 1 AND s.next_fetch_at IS NOT NULL`;
    if (waiting > 0) await this.announceDue(tx, session, FIRST_LOOK_SECONDS);
  }

  async due(tx: Transaction, sessionId: string): Promise<SurplusSession[]> {
    return tx.many<SurplusSession>`SELECT * FROM surplus_sessions
      WHERE session_id = ${sessionId} AND state = 'due' AND next_try_at <= clock_timestamp() + interval '1 second' ORDER BY created_at`;
  }

  /** The provider knows our reference. False when that session is in the table already. */
  async found(
    tx: Transaction,
    surplus: SurplusSession,
    known: Pick<SurplusSession, 'externalId' | 'secretStateSealed'>,
  ): Promise<boolean> {
    const rows =
      await tx.run`UPDATE surplus_sessions SET external_id = ${known.externalId}, secret_state_sealed = ${known.secretStateSealed}
      WHERE id = ${surplus.id} AND state = 'due' AND NOT EXISTS (
        SELECT 1 FROM surplus_sessions o WHERE o.session_id = ${surplus.sessionId} AND o.external_id = ${known.externalId})`;
    return rows === 1;
  }

  async postpone(
    tx: Transaction,
    surplus: SurplusSession,
    at: { session: VerificationSession; delaySeconds: number },
  ): Promise<void> {
    const rows = await tx.run`UPDATE surplus_sessions SET tries = tries + 1,
        next_try_at = clock_timestamp() + make_interval(secs => ${at.delaySeconds})
      WHERE id = ${surplus.id} AND state = 'due'`;
    if (rows === 1) await this.announceDue(tx, at.session, at.delaySeconds);
  }

  /** False when it had been settled already. */
  async end(tx: Transaction, surplusId: string, state: Exclude<SurplusSession['state'], 'due'>): Promise<boolean> {
    const rows = await tx.run`UPDATE surplus_sessions SET state = ${state}, settled_at = clock_timestamp()
      WHERE id = ${surplusId} AND state = 'due'`;
    return rows === 1;
  }

  private async announceDue(tx: Transaction, session: VerificationSession, delaySeconds: number): Promise<void> {
    await announce(tx, 'verification.surplus_due', { payload: { ...refOf(session) }, delaySeconds });
  }

  private newId(): string {
    return newId('sur', this.clock.now());
  }
}
