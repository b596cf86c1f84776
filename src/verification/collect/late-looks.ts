import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/transaction.js';
import { announce } from '../../recovery-case/case-events.js';
import { refOf, type VerificationSession } from '../session/verification-session.js';

type Looked = Pick<VerificationSession, 'id' | 'caseId' | 'attempt'>;

/**
 * When a partner is asked about a session that ended without its answer, each counted from the look before; then never
 * again, unless it pushes. The session is cancelled there only after the first look (surplus-sessions.ts); a partner that
 * says at a later one that it was is not asked again.
 */
const LATE_LOOK_SECONDS = [10, 300, 3_600, 14_400, 43_200] as const;

/** What a partner ends a session with itself: it has nothing more to say unless it says so. */
const LAST_WORDS: readonly string[] = ['cancelled', 'expired', 'partner_failed', 'session_unknown'];

/** Looks for what comes too late, of sessions in which evidence had left. */
@Injectable()
export class LateLooks {
  /** A session has ended without an answer, for this reason. */
  async begin(tx: Transaction, session: Looked, error: string): Promise<void> {
    if (!LAST_WORDS.includes(error)) await this.plan(tx, session);
  }

  /**
   * Plans the next look at a session that was given up. Nothing when all were taken, one is planned, or the person had
   * sent nothing there: a result is waited for (`expires_at`) from the moment they are sent out, or have sent their
   * pictures.
   */
  async plan(tx: Transaction, session: Looked): Promise<void> {
    const planned = await tx.maybeOne<{ delaySeconds: number }>`
      UPDATE verification_sessions SET late_looks = late_looks + 1,
        next_fetch_at = clock_timestamp() + make_interval(secs => (${LATE_LOOK_SECONDS}::int[])[late_looks + 1])
      WHERE id = ${session.id} AND state IN ('failed', 'abandoned') AND next_fetch_at IS NULL
        AND external_id IS NOT NULL AND expires_at IS NOT NULL AND late_looks < ${LATE_LOOK_SECONDS.length}
      RETURNING (${LATE_LOOK_SECONDS}::int[])[late_looks] AS delay_seconds`;
    if (!planned) return;
    const { delaySeconds } = planned;
    await announce(tx, 'verification.collect_due', { payload: { ...refOf(session) }, delaySeconds });
  }

  /** A look that is due is not taken: nobody is concerned any more, or nothing can be asked there. */
  async drop(tx: Transaction, { id }: Looked): Promise<void> {
    await tx.run`UPDATE verification_sessions SET next_fetch_at = NULL
      WHERE id = ${id} AND state IN ('failed', 'abandoned') AND next_fetch_at <= clock_timestamp() + interval '1 second'`;
  }
}
