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

/** What the outbox holds of an event; `payload` is JSON. */
export interface OutboxRow {
  event: string;
  payload: string;
  delaySeconds: number;
  correlationId: string | null;
  traceparent: string | null;
}

/** @throws Error when the payload holds anything but ids and small numbers */
export function outboxRow({ event, payload, delaySeconds = 0 }: OutboxEvent): OutboxRow {
  for (const [name, value] of Object.entries(payload)) {
    const fine =
      typeof value === 'number' ? Number.isSafeInteger(value) : typeof value === 'string' && ID_LIKE.test(value);
    if (!fine) throw new Error(`outbox event ${event}: member ${name} is not an id`);
  }
  const { id = null, traceparent = null } = currentCorrelation() ?? {};
  return { event, payload: JSON.stringify(payload), delaySeconds, correlationId: id, traceparent };
}

/** Where the relay listens. What is stored in the outbox says so here, or waits for the relay's next round. */
export const OUTBOX_CHANNEL = 'regain_outbox';

/** Stores events in the caller's transaction: they are published if and only if the change they tell of is committed. */
export async function writeOutbox(tx: Transaction, ...events: OutboxEvent[]): Promise<void> {
  const rows = events.map(outboxRow);
  const column = <Name extends keyof OutboxRow>(name: Name): OutboxRow[Name][] => rows.map((row) => row[name]);
  tx.send`INSERT INTO outbox (event, payload, due_at, correlation_id, traceparent)
    SELECT event, payload::jsonb, clock_timestamp() + make_interval(secs => delay), correlation_id, traceparent
    FROM unnest(${column('event')}::text[], ${column('payload')}::text[], ${column('delaySeconds')}::double precision[],
      ${column('correlationId')}::text[], ${column('traceparent')}::text[])
      AS written (event, payload, delay, correlation_id, traceparent)`;
  tx.wake(OUTBOX_CHANNEL);
}
