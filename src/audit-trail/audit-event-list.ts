import type { Transaction } from '../platform/database/transaction.js';
import { type AuditEvent, auditEventOf, type AuditEventRow } from './audit-event-view.js';

export interface AuditEventFilter {
  limit: number;
  cursor?: string;
  type?: string;
  chainId?: string;
}

/** A page of the trail, newest first. */
export async function listAuditEvents(
  tx: Transaction,
  { limit, cursor, type, chainId }: AuditEventFilter,
): Promise<{ data: AuditEvent[]; nextCursor: string | null }> {
  const rows = await tx.many<AuditEventRow>`
    SELECT * FROM audit_events WHERE id < COALESCE(${cursor ?? null}::text, 'z') AND (${type ?? null}::text IS NULL OR type = ${type ?? null})
      AND (${chainId ?? null}::text IS NULL OR chain_id = ${chainId ?? null})
    ORDER BY id DESC LIMIT ${limit + 1}`;
  const data = rows.slice(0, limit).map(auditEventOf);
  return { data, nextCursor: rows.length > limit ? (data.at(-1)?.id ?? null) : null };
}

/** A page of one chain, in order; `cursor` is the last position that the page before it showed. */
export async function listChain(
  tx: Transaction,
  chainId: string,
  { limit, cursor = '0' }: { limit: number; cursor?: string },
): Promise<{ data: Omit<AuditEvent, 'chainId'>[]; nextCursor: string | null }> {
  const rows = await tx.many<AuditEventRow>`
    SELECT * FROM audit_events WHERE chain_id = ${chainId} AND audit_events.seq > ${cursor}
    ORDER BY audit_events.seq LIMIT ${limit + 1}`;
  const data = rows.slice(0, limit).map((row) => {
    const { chainId: _own, ...entry } = auditEventOf(row);
    return entry;
  });
  return { data, nextCursor: rows.length > limit ? String(data.at(-1)?.seq) : null };
}
