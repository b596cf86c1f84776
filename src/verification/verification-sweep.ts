import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/database.js';
import type { Transaction } from '../platform/database/transaction.js';
import { announce } from '../recovery-case/case-events.js';
import { PushInbox } from './inbox/push-inbox.js';

/** Work that should have been done this long ago was lost by whoever carried it. */
const OVERDUE_SECONDS = 60;
const BATCH_ROWS = 200;

interface DueSession {
  id: string;
  caseId: string;
  attempt: number;
  state: 'creating' | 'open' | 'collecting';
}

/** Re-derives lost work from the rows themselves, so that a flushed queue loses nothing (rule 2, F10). */
@Injectable()
export class VerificationSweep {
  constructor(
    private readonly database: Database,
    private readonly inbox: PushInbox,
  ) {}

  /** One pass. Returns how much work was set going again. */
  async sweep(): Promise<number> {
    return this.database.transaction(async (tx) => {
      const expired = await this.inbox.expireUnmatched(tx);
      return expired + (await this.wakeSessions(tx)) + (await this.wakePushes(tx));
    });
  }

  private async wakeSessions(tx: Transaction): Promise<number> {
    const due = await tx.many<DueSession>`
      SELECT id, case_id, attempt, state FROM verification_sessions
      WHERE state IN ('creating', 'open', 'collecting') AND next_fetch_at < clock_timestamp() - make_interval(secs => ${OVERDUE_SECONDS})
      ORDER BY next_fetch_at LIMIT ${BATCH_ROWS} FOR UPDATE SKIP LOCKED`;
    for (const session of due) {
      // Due from now: the next pass leaves it alone while the job that was just announced is on its way.
      await tx.run`UPDATE verification_sessions SET next_fetch_at = clock_timestamp() WHERE id = ${session.id}`;
      const event = session.state === 'creating' ? 'verification.session_pending' : 'verification.collect_due';
      await announce(tx, event, { payload: { caseId: session.caseId, attempt: session.attempt, sessionId: session.id } });
    }
    return due.length;
  }

  /** Deliveries that were stored and never looked at. */
  private async wakePushes(tx: Transaction): Promise<number> {
    const lost = await tx.many<{ id: string }>`
      SELECT id FROM webhook_inbox WHERE state = 'received' AND received_at < clock_timestamp() - make_interval(secs => ${OVERDUE_SECONDS})
      ORDER BY received_at LIMIT ${BATCH_ROWS}`;
    for (const { id } of lost) await announce(tx, 'verification.push_received', { payload: { inboxId: id } });
    return lost.length;
  }
}
