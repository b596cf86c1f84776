import { SystemClock } from '../platform/clock/clock.js';
import { newId } from '../platform/ids/ids.js';
import type { Transaction } from '../platform/database/transaction.js';
import type { Actor, AuditEventType } from './audit-event-types.js';
import { rowMac } from './row-mac.js';

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
 * Writes one event into its chain, in the caller's transaction, with a MAC under the connection's key ring. Position, time
 * and hash are set by the database (migration 0001, `append_to_audit_chain`); the application's role can insert and read
 * here, nothing else. The one place that writes here: what comes from elsewhere has no MAC (docs/adr/0014).
 */
export async function appendAudit(tx: Transaction, entry: AuditEntry): Promise<void> {
  const { chainId, type, actor } = entry;
  const id = newId('evt', CLOCK.now());
  const dataText = JSON.stringify(entry.data ?? {});
  const mac = rowMac(tx.ring, { chainId, id, type, actorKind: actor.kind, actorId: actor.id, dataText });
  tx.send`INSERT INTO audit_events (chain_id, id, type, actor_kind, actor_id, data, mac)
    VALUES (${chainId}, ${id}, ${type}, ${actor.kind}, ${actor.id}, ${dataText}, ${mac})`;
}
