import { SystemClock } from '../platform/clock/clock.js';
import { newId } from '../platform/ids/ids.js';
import type { Transaction } from '../platform/database/transaction.js';
import type { Actor, AuditEventType } from './audit-event-types.js';
import { auditRowMac, type AuditRow } from './audit-row-mac.js';

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
 * Writes events into their chains, in this order and in the caller's transaction, each with a MAC under the connection's key
 * ring. Position, time and hash are set by the database, row by row (migration 0001, `append_to_audit_chain`); the
 * application's role can insert and read here, nothing else. The one place that writes here: what comes from elsewhere has
 * no MAC (docs/adr/0014).
 */
export async function appendAudit(tx: Transaction, ...entries: AuditEntry[]): Promise<void> {
  const rows = entries.map(auditRow);
  const column = (name: keyof AuditRow): string[] => rows.map((row) => row[name]);
  tx.send`INSERT INTO audit_events (chain_id, id, type, actor_kind, actor_id, data, mac)
    SELECT chain_id, id, type, actor_kind, actor_id, data::jsonb, mac
    FROM unnest(${column('chainId')}::text[], ${column('id')}::text[], ${column('type')}::text[], ${column('actorKind')}::text[],
        ${column('actorId')}::text[], ${column('dataText')}::text[], ${rows.map((row) => auditRowMac(tx.ring, row))}::bytea[])
      AS written (chain_id, id, type, actor_kind, actor_id, data, mac)`;
}

function auditRow({ chainId, type, actor, data }: AuditEntry): AuditRow {
  const id = newId('evt', CLOCK.now());
  return { chainId, id, type, actorKind: actor.kind, actorId: actor.id, dataText: JSON.stringify(data ?? {}) };
}
