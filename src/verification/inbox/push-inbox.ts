import { Injectable } from '@nestjs/common';
import type { AuthenticatedPush } from '../../../providers/kit/index.js';
import { appendAudit } from '../../audit-trail/append.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { newId } from '../../platform/ids/ids.js';
import { OUTBOX_CHANNEL, outboxRow } from '../../platform/outbox/outbox.js';
import { announce, type CaseEvent } from '../../recovery-case/case-events.js';
import { RecoveryCaseRepository } from '../../recovery-case/recovery-case.repository.js';
import { isTerminal } from '../../recovery-case/case-states.js';
import { FetchSchedule } from '../collect/fetch-schedule.js';
import { isHeard } from '../collect/later-answers.js';
import { SessionStore } from '../session/session-store.js';
import { isOver, refOf, type VerificationSession } from '../session/verification-session.js';

interface InboxRow {
  id: string;
  provider: string;
  deliveryId: string;
  externalId: string;
  ageSeconds: number;
}

const RECEIVED = 'verification.push_received' satisfies CaseEvent;
/** A push that nobody has asked for by then never will be (T42). */
const UNMATCHED_LIFE_SECONDS = 86_400;
/** A stored delivery that nobody looked at for this long was lost on its way through the queue. */
const STALE_SECONDS = 60;
/** Repeats of one delivery within as much are one. Shorter than what the sweeper takes for lost. */
const REPEAT_SECONDS = 10;
const SWEEP_ROWS = 200;
const EXPIRED_ROWS = 5_000;
const MIN_REMATCH_SECONDS = 2;
const MAX_REMATCH_SECONDS = 900;

/**
 * Stores partners' deliveries before they are answered, each once for ever (T29). Where a partner gives them no ids,
 * the same words count again later. A delivery moves nothing by itself: it names a session that is then asked about.
 */
@Injectable()
export class PushInbox {
  constructor(
    private readonly cases: RecoveryCaseRepository,
    private readonly sessions: SessionStore,
    private readonly schedule: FetchSchedule,
    private readonly clock: Clock,
  ) {}

  /** False for a delivery that was here before. Stored and announced by one statement, which can stand without a transaction. */
  async receive(tx: Transaction, push: AuthenticatedPush & { provider: string }): Promise<boolean> {
    const id = newId('inb', this.clock.now());
    const told = outboxRow({ event: RECEIVED, payload: { inboxId: id } });
    const announced = await tx.run`WITH stored AS (
        INSERT INTO webhook_inbox (id, provider, delivery_id, external_id)
        VALUES (${id}, ${push.provider}, ${push.deliveryId}, ${push.externalId}) ON CONFLICT (provider, delivery_id) DO NOTHING RETURNING id)
      INSERT INTO outbox (event, payload, due_at, correlation_id, traceparent)
      SELECT ${told.event}, ${told.payload}::jsonb, clock_timestamp(), ${told.correlationId}, ${told.traceparent} FROM stored`;
    if (announced === 1) tx.wake(OUTBOX_CHANNEL);
    if (announced === 1 || push.idIsOfContent !== true) return announced === 1;
    return this.receiveAgain(tx, { ...push, id });
  }

  /**
   * The same words again, of a partner whose deliveries have no ids, after they were looked at: a session may be completed a
   * second time. All that come within so many seconds are one delivery, looked at when these are over, so that whatever the
   * last of them told of is in the answer. What comes before the first was looked at is heard with it.
   */
  private async receiveAgain(
    tx: Transaction,
    push: AuthenticatedPush & { provider: string; id: string },
  ): Promise<boolean> {
    const told = outboxRow({ event: RECEIVED, payload: { inboxId: push.id } });
    const announced = await tx.run`WITH slot AS MATERIALIZED (
        SELECT floor(EXTRACT(EPOCH FROM clock_timestamp()) / ${REPEAT_SECONDS})::bigint AS number),
      stored AS (
        INSERT INTO webhook_inbox (id, provider, delivery_id, external_id)
        SELECT ${push.id}, provider, delivery_id || '~' || slot.number, external_id FROM webhook_inbox, slot
        WHERE provider = ${push.provider} AND delivery_id = ${push.deliveryId} AND state IN ('matched', 'expired')
        ON CONFLICT (provider, delivery_id) DO NOTHING RETURNING id)
      INSERT INTO outbox (event, payload, due_at, correlation_id, traceparent)
      SELECT ${told.event}, ${told.payload}::jsonb, to_timestamp((slot.number + 1) * ${REPEAT_SECONDS}), ${told.correlationId}, ${told.traceparent}
      FROM stored, slot`;
    return announced === 1;
  }

  /** Finds the session a delivery speaks of and has it asked about; without one the delivery waits, then expires. */
  async match(tx: Transaction, inboxId: string): Promise<void> {
    const row = await tx.maybeOne<InboxRow>`
      SELECT id, provider, delivery_id, external_id, EXTRACT(EPOCH FROM clock_timestamp() - received_at)::int AS age_seconds
      FROM webhook_inbox WHERE id = ${inboxId} AND state IN ('received', 'unmatched') FOR UPDATE`;
    if (!row) return;
    const session = await this.sessions.findByExternalId(tx, row.provider, row.externalId);
    if (!session) return this.keepWaiting(tx, row);
    await tx.run`UPDATE webhook_inbox SET state = 'matched', session_id = ${session.id}, settled_at = clock_timestamp() WHERE id = ${row.id}`;
    await this.wake(tx, { row, session });
  }

  /** Deliveries that came before our own create call returned (F32). */
  async wakeEarly(tx: Transaction, push: { provider: string; externalId: string }): Promise<void> {
    const rows = await tx.many<{ id: string }>`SELECT id FROM webhook_inbox
      WHERE provider = ${push.provider} AND external_id = ${push.externalId} AND state IN ('received', 'unmatched')`;
    for (const { id } of rows) await announce(tx, RECEIVED, { payload: { inboxId: id } });
  }

  /**
   * For the sweeper: settles what has waited too long and wakes up for deliveries that were stored and never looked at
   * (rule 2). Returns how many.
   */
  async sweep(tx: Transaction): Promise<number> {
    const expired =
      await tx.run`UPDATE webhook_inbox SET state = 'expired', settled_at = clock_timestamp() WHERE ctid = ANY(ARRAY(
      SELECT ctid FROM webhook_inbox WHERE state IN ('received', 'unmatched')
        AND received_at < statement_timestamp() - make_interval(secs => ${UNMATCHED_LIFE_SECONDS})
      ORDER BY received_at LIMIT ${EXPIRED_ROWS} FOR UPDATE SKIP LOCKED))`;
    const lost = await tx.many<{ id: string }>`
      SELECT id FROM webhook_inbox WHERE state = 'received' AND received_at < statement_timestamp() - make_interval(secs => ${STALE_SECONDS})
      ORDER BY received_at LIMIT ${SWEEP_ROWS}`;
    for (const { id } of lost) await announce(tx, RECEIVED, { payload: { inboxId: id } });
    return expired + lost.length;
  }

  private async wake(tx: Transaction, found: { row: InboxRow; session: VerificationSession }): Promise<void> {
    const { session } = found;
    const recoveryCase = await this.cases.find(tx, session.caseId);
    const living = recoveryCase !== undefined && !isTerminal(recoveryCase.state);
    const timely = living && recoveryCase.attempt === session.attempt;
    // A passkey came of it, or it was of an earlier attempt: what the partner says now can stand against the case.
    const heard = timely || (recoveryCase !== undefined && isHeard(recoveryCase, session));
    if (heard) await this.schedule.pushed(tx, session);
    const data = { sessionId: session.id, provider: session.provider, attempt: session.attempt, inboxId: found.row.id };
    await appendAudit(tx, {
      chainId: session.caseId,
      type: heard ? 'verification.push_matched' : 'verification.late_result_ignored',
      actor: { kind: 'provider', id: session.provider },
      data,
    });
    if (heard && !isOver(session)) await announce(tx, 'verification.collect_due', { payload: { ...refOf(session) } });
  }

  private async keepWaiting(tx: Transaction, row: InboxRow): Promise<void> {
    const expired = row.ageSeconds >= UNMATCHED_LIFE_SECONDS;
    await tx.run`UPDATE webhook_inbox SET state = ${expired ? 'expired' : 'unmatched'}, settled_at = CASE WHEN ${expired} THEN clock_timestamp() END
      WHERE id = ${row.id}`;
    if (expired) return;
    const delaySeconds = Math.min(MAX_REMATCH_SECONDS, Math.max(MIN_REMATCH_SECONDS, row.ageSeconds));
    await announce(tx, RECEIVED, { payload: { inboxId: row.id }, delaySeconds });
  }
}
