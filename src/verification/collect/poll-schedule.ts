import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/transaction.js';
import { announce } from '../../recovery-case/case-events.js';
import { refOf, type VerificationSession } from '../session/verification-session.js';

export interface NextLook {
  delaySeconds: number;
  /** Set when the last look failed: it counts, and the code is kept. */
  failed?: string;
}

/**
 * One chain of looks per session. A push makes an extra look, but only the look that was due plans the next one, so
 * that a storm of pushes does not become a storm of polls.
 */
@Injectable()
export class PollSchedule {
  /** False when another look is planned already, or the session ended. */
  async plan(tx: Transaction, session: VerificationSession, next: NextLook): Promise<boolean> {
    const rows = await tx.run`UPDATE verification_sessions SET updated_at = clock_timestamp(),
        next_fetch_at = clock_timestamp() + make_interval(secs => ${next.delaySeconds}),
        fetch_tries = CASE WHEN ${next.failed !== undefined} THEN fetch_tries + 1 ELSE 0 END,
        last_error = ${next.failed ?? null}
      WHERE id = ${session.id} AND state IN ('open', 'collecting')
        AND (next_fetch_at IS NULL OR next_fetch_at <= clock_timestamp() + interval '1 second')`;
    if (rows === 0) return false;
    await announce(tx, 'verification.collect_due', { payload: { ...refOf(session) }, delaySeconds: next.delaySeconds });
    return true;
  }
}
