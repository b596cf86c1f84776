import type { Transaction } from '../database/transaction.js';
import { currentCorrelation } from '../telemetry/correlation.js';

/** Ids and small numbers only; anything else is refused before it is written (rule 2). */
export type OutboxPayload = Readonly<Record<string, string | number>>;

export interface OutboxEvent {
  event: string;
  payload: OutboxPayload;
  /** Not before this many seconds from now, by the database's clock. */
  delaySeconds?: number;
}

const ID_LIKE = /^[A-Za-z0-9_.-]{1,200}$/;

/** Stores an event in the caller's transaction: it is published if and only if the change it tells of is committed. */
export async function writeOutbox(tx: Transaction, event: OutboxEvent): Promise<void> {
  for (const [name, value] of Object.entries(event.payload)) {
    const fine =
      typeof value === 'number' ? Number.isSafeInteger(value) : typeof value === 'string' && ID_LIKE.test(value);
    if (!fine) throw new Error(`outbox event ${event.event}: member ${name} is not an id`);
  }
  const { id = null, traceparent = null } = currentCorrelation() ?? {};
  tx.send`INSERT INTO outbox (event, payload, due_at, correlation_id, traceparent)
    VALUES (${event.event}, ${JSON.stringify(event.payload)}, clock_timestamp() + make_interval(secs => ${event.delaySeconds ?? 0}), ${id}, ${traceparent})`;
}
