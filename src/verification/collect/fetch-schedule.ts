import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/transaction.js';
import { announce } from '../../recovery-case/case-events.js';
import { refOf, type VerificationSession } from '../session/verification-session.js';

/** Between two readings of one session: a storm of pushes, all with ids of their own, is no storm of calls. */
const QUIET_SECONDS = 10;
/** Longer than the call's own deadline (provider-calls.ts). */
const READING_LEASE_SECONDS = 60;

type Looked = Pick<VerificationSession, 'id' | 'caseId' | 'attempt'>;

/**
 * When a partner is asked about a session that ended without its answer, each counted from the look before; then never
 * again, unless it pushes. The session is cancelled there only after the first look (surplus-sessions.ts); a partner that
 * says at a later one that it was is not asked again.
 */
const LATE_LOOK_SECONDS = [10, 300, 3_600, 14_400, 43_200] as const;

/** What a partner ends a session with itself: it has nothing more to say unless it says so. */
const LAST_WORDS: readonly string[] = ['cancelled', 'expired', 'partner_failed', 'session_unknown'];

interface NextLook {
  delaySeconds: number;
  /** Set when the last look failed: it counts, and the code is kept. */
  failed?: string;
}

/**
 * Plans when a partner is asked about a session. While its result is waited for, there is one chain of looks ({@link
 * plan}). Once the session is over, a push says only that there may be more to hear, and a reading that begins after it
 * has heard it. So one reading is planned at most, however many pushes there are, and none is lost (T43). A session
 * that was given up after evidence had left is looked at for what comes too late.
 */
@Injectable()
export class FetchSchedule {
  /**
   * The next look at a session that is waited for. One chain of looks per session: a push makes an extra look, but only the look
   * that was due plans the next one, so that a storm of pushes does not become a storm of polls. False when another look is
   * planned already, or the session ended.
   */
  async plan(tx: Transaction, session: VerificationSession, next: NextLook): Promise<boolean> {
    const rows = await tx.run`UPDATE verification_sessions SET updated_at = clock_timestamp(),
        next_fetch_at = clock_timestamp() + make_interval(secs => ${next.delaySeconds}),
        fetch_tries = CASE WHEN ${next.failed !== undefined} THEN fetch_tries + 1 ELSE 0 END,
        last_error = ${next.failed ?? null}
      WHERE id = ${session.id} AND state IN ('open', 'collecting')
        AND (next_fetch_at IS NULL OR next_fetch_at <= clock_timestamp() + interval '1 second')`;
    if (rows === 0) return false;
    await this.announceDue(tx, session, next.delaySeconds);
    return true;
  }

  /**
   * Notes a push about the session, and plans a reading when it is over and none is planned, or a late look that is further
   * away. A reading that goes on keeps its lease, and one that failed the pause its partner asked for: both are followed
   * by one that has heard the push.
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

  /** A session has ended without an answer, for this reason. */
  async givenUp(tx: Transaction, session: Looked, error: string): Promise<void> {
    if (!LAST_WORDS.includes(error)) await this.planLate(tx, session);
  }

  /**
   * Plans the next look at a session that was given up. Nothing when all were taken, one is planned, or the person had
   * sent nothing there: a result is waited for (`expires_at`) from the moment they are sent out, or have sent their
   * pictures.
   */
  async planLate(tx: Transaction, session: Looked): Promise<void> {
    const planned = await tx.maybeOne<{ delaySeconds: number }>`
      UPDATE verification_sessions SET late_looks = late_looks + 1,
        next_fetch_at = clock_timestamp() + make_interval(secs => (${LATE_LOOK_SECONDS}::int[])[late_looks + 1])
      WHERE id = ${session.id} AND state IN ('failed', 'abandoned') AND next_fetch_at IS NULL
        AND external_id IS NOT NULL AND expires_at IS NOT NULL AND late_looks < ${LATE_LOOK_SECONDS.length}
      RETURNING (${LATE_LOOK_SECONDS}::int[])[late_looks] AS delay_seconds`;
    if (planned) await this.announceDue(tx, session, planned.delaySeconds);
  }

  /** A look that is due is not taken: nobody is concerned any more, or nothing can be asked there. */
  async dropLate(tx: Transaction, { id }: Looked): Promise<void> {
    await tx.run`UPDATE verification_sessions SET next_fetch_at = NULL
      WHERE id = ${id} AND state IN ('failed', 'abandoned') AND next_fetch_at <= clock_timestamp() + interval '1 second'`;
  }

  private async announceDue(tx: Transaction, session: Looked, delaySeconds: number): Promise<void> {
    await announce(tx, 'verification.collect_due', { payload: { ...refOf(session) }, delaySeconds });
  }
}
