import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/transaction.js';
import { announce } from '../../recovery-case/case-events.js';
import { refOf, type VerificationSession } from '../session/verification-session.js';

/** Between two readings of one session: a storm of pushes, all with ids of their own, is no storm of calls. */
const QUIET_SECONDS = 10;
/** Longer than the call's own deadline (provider-calls.ts). */
const READING_LEASE_SECONDS = 60;

/**
 * When a partner is asked again about a session that is over: one that has reported, or one that was given up. A push says
 * nothing but that there may be more to hear; one reading that begins after it has heard it, so however many pushes there
 * are, one reading is planned at most, and none is lost (T43).
 */
@Injectable()
export class RereadSchedule {
  /**
   * Notes a push about the session, and plans a reading when it is over and none is planned, or a late look (late-looks.ts)
   * that is further away. A reading that goes on keeps its lease, and one that failed the pause its partner asked for:
   * both are followed by one that has heard the push.
   */
  async pushed(tx: Transaction, session: VerificationSession): Promise<void> {
    await tx.run`UPDATE verification_sessions SET pushed_at = clock_timestamp() WHERE id = ${session.id}`;
    const planned = await tx.maybeOne<{ delaySeconds: number }>`
      UPDATE verification_sessions
      SET next_fetch_at = GREATEST(clock_timestamp(), read_at + make_interval(secs => ${QUIET_SECONDS}))
      WHERE id = ${session.id} AND state IN ('reported', 'failed', 'abandoned')
        AND (next_fetch_at IS NULL OR (state <> 'reported' AND fetch_tries = 0
          AND next_fetch_at > clock_timestamp() + make_interval(secs => ${QUIET_SECONDS})
          AND next_fetch_at > COALESCE(read_at, '-infinity') + make_interval(secs => ${READING_LEASE_SECONDS + 1})))
      RETURNING GREATEST(0, ceil(EXTRACT(EPOCH FROM next_fetch_at - clock_timestamp())))::int AS delay_seconds`;
    if (planned) await this.announceDue(tx, session, planned.delaySeconds);
  }

  /** The partner is asked from now on: what was pushed before is in its answer. */
  async begin(tx: Transaction, session: VerificationSession): Promise<void> {
    await tx.run`UPDATE verification_sessions SET read_at = clock_timestamp() WHERE id = ${session.id}`;
  }

  /** Takes the right to read a session that is over. Undefined when no reading is due, or somebody else has it. */
  async claim(tx: Transaction, session: VerificationSession): Promise<VerificationSession | undefined> {
    return tx.maybeOne<VerificationSession>`
      UPDATE verification_sessions SET read_at = clock_timestamp(),
        next_fetch_at = clock_timestamp() + make_interval(secs => ${READING_LEASE_SECONDS})
      WHERE id = ${session.id} AND state IN ('reported', 'failed', 'abandoned')
        AND CASE WHEN next_fetch_at IS NULL THEN pushed_at > COALESCE(read_at, '-infinity')
          ELSE next_fetch_at <= clock_timestamp() + interval '1 second' END
        AND NOT EXISTS (SELECT 1 FROM case_keys k WHERE k.case_id = ${session.caseId} AND k.shredded_at IS NOT NULL)
      RETURNING *`;
  }

  /** The reading is over. What was pushed meanwhile is read after a pause. */
  async finish(tx: Transaction, session: VerificationSession): Promise<void> {
    const over = await tx.maybeOne<{ again: boolean }>`
      UPDATE verification_sessions SET fetch_tries = 0,
        next_fetch_at = CASE WHEN pushed_at > read_at THEN clock_timestamp() + make_interval(secs => ${QUIET_SECONDS}) END
      WHERE id = ${session.id} AND state IN ('reported', 'failed', 'abandoned') RETURNING next_fetch_at IS NOT NULL AS again`;
    if (over?.again) await this.announceDue(tx, session, QUIET_SECONDS);
  }

  /** The partner could not be asked; it is tried again later. */
  async retry(tx: Transaction, session: VerificationSession, delaySeconds: number): Promise<void> {
    const planned = await tx.run`
      UPDATE verification_sessions SET fetch_tries = fetch_tries + 1, next_fetch_at = clock_timestamp() + make_interval(secs => ${delaySeconds})
      WHERE id = ${session.id} AND state IN ('reported', 'failed', 'abandoned')`;
    if (planned === 1) await this.announceDue(tx, session, delaySeconds);
  }

  private async announceDue(tx: Transaction, session: VerificationSession, delaySeconds: number): Promise<void> {
    await announce(tx, 'verification.collect_due', { payload: { ...refOf(session) }, delaySeconds });
  }
}
