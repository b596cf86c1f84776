import { SystemClock } from '../platform/clock/clock.js';
import { newId } from '../platform/ids/ids.js';
import type { Transaction } from '../platform/database/transaction.js';
import type { Actor, AuditEventType } from './audit-event-types.js';

/** Only orders ids; when something happened is the database's to say. */
const CLOCK = new SystemClock();

export interface AuditEntry {
  /** A case's id, or `subject:…`, `policy:…`: one hash chain each. */
  chainId: string;
  type: AuditEventType;
  actor: Actor;
  /** Codes, ids and numbers only. */
  data?: Readonly<Record<string, string | number | boolean | readonly string[] | null>>;
}

/**
 * Writes one event into its chain, in the caller's transaction. Position, time and hash are set by the database
 * (migration 0001, `append_to_audit_chain`); the application's role can insert and read here, nothing else.
 */
export async function appendAudit(tx: Transaction, entry: AuditEntry): Promise<void> {
  tx.send`INSERT INTO audit_events (chain_id, id, type, actor_kind, actor_id, data)
    VALUES (${entry.chainId}, ${newId('evt', CLOCK.now())}, ${entry.type}, ${entry.actor.kind}, ${entry.actor.id}, ${JSON.stringify(entry.data ?? {})})`;
}
