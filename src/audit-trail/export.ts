import { Readable } from 'node:stream';
import type { Database } from '../platform/database/database.js';
import type { Actor } from './audit-event-types.js';
import { actorOfEvent, type AuditFilter } from './audit-filter.js';
import type { AuditEventRow } from './audit-event-view.js';
import { cefLine } from './cef.js';

export const EXPORT_FORMATS = ['jsonl', 'cef'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

interface ExportRow extends AuditEventRow {
  hash: Buffer;
  /** Under the key ring: for whoever has it, and one day holds what was exported against the trail. */
  mac: Buffer | null;
}

const BATCH_ROWS = 1_000;

function asJson(row: ExportRow): string {
  const { hash, mac, occurredAt, seq, ...rest } = row;
  return JSON.stringify({
    ...rest,
    seq: Number(seq),
    occurredAt: occurredAt.toISOString(),
    hash: hash.toString('hex'),
    mac: mac?.toString('base64url') ?? null,
  });
}

/** The same test as the list's (audit-event-list.ts), in the process: an export reads every row anyway, and in its own order. */
function matcherOf(filter: AuditFilter, actor: Actor | undefined): (row: ExportRow) => boolean {
  const [from, to] = [Date.parse(filter.since ?? ''), Date.parse(filter.until ?? '')];
  return ({ type, actorKind, actorId, occurredAt }) =>
    (filter.type === undefined || type === filter.type) &&
    (filter.actorOf === undefined || (actorId === actor?.id && actorKind === actor.kind)) &&
    !(occurredAt.getTime() < from) &&
    !(occurredAt.getTime() >= to);
}

/**
 * The trail, or what of it a filter leaves, as text: oldest chain first, one row a line, read in batches so that memory
 * stays flat.
 */
export function exportRows(database: Database, format: ExportFormat, filter: AuditFilter = {}): Readable {
  const { actorOf, chainId } = filter;
  async function* lines(): AsyncGenerator<string> {
    const actor = actorOf === undefined ? undefined : await database.read((tx) => actorOfEvent(tx, actorOf));
    const matches = matcherOf(filter, actor);
    let after = { chainId: chainId ?? '', seq: '0' };
    for (;;) {
      const rows = await database.read(
        (
          tx,
        ) => tx.many<ExportRow>`SELECT id, chain_id, seq::text, type, actor_kind, actor_id, occurred_at, data, hash, mac FROM audit_events
          WHERE (chain_id, audit_events.seq) > (${after.chainId}, ${after.seq}::bigint) AND (${chainId ?? null}::text IS NULL OR chain_id = ${chainId ?? null})
          ORDER BY chain_id, audit_events.seq LIMIT ${BATCH_ROWS}`,
      );
      for (const row of rows.filter(matches)) yield `${format === 'cef' ? cefLine(row) : asJson(row)}\n`;
      const last = rows.at(-1);
      if (!last || rows.length < BATCH_ROWS) return;
      after = { chainId: last.chainId, seq: last.seq };
    }
  }
  return Readable.from(lines());
}
