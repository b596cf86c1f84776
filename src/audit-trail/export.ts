import { Readable } from 'node:stream';
import type { Database } from '../platform/database/database.js';

export type ExportFormat = 'jsonl' | 'cef';

interface ExportRow {
  id: string;
  chainId: string;
  seq: string;
  type: string;
  actorKind: string;
  actorId: string;
  occurredAt: Date;
  data: Record<string, unknown>;
  hash: Buffer;
  /** Under the key ring: for whoever has it, and one day holds what was exported against the trail. */
  mac: Buffer | null;
}

const BATCH_ROWS = 1_000;

/** CEF escapes: backslash and equals in extensions, no line breaks (ArcSight CEF revision 25, "Character encoding"). */
const cefValue = (text: string): string =>
  text
    .replaceAll('\\', '\\\\')
    .replaceAll('=', '\\=')
    .replaceAll(/[\r\n]+/g, ' ');
const cefHeader = (text: string): string =>
  text
    .replaceAll('\\', '\\\\')
    .replaceAll('|', '\\|')
    .replaceAll(/[\r\n]+/g, ' ');

function asCef(row: ExportRow): string {
  const extension = [
    `rt=${row.occurredAt.getTime()}`,
    `externalId=${cefValue(row.id)}`,
    `suid=${cefValue(row.actorId)}`,
    `cs1Label=chain cs1=${cefValue(row.chainId)}`,
    `cn1Label=seq cn1=${row.seq}`,
    `cs2Label=data cs2=${cefValue(JSON.stringify(row.data))}`,
  ].join(' ');
  return `CEF:0|Regain|Regain|1|${cefHeader(row.type)}|${cefHeader(row.type)}|5|${extension}`;
}

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

/** The trail as text, oldest chain first, one row a line, read in batches so that memory stays flat. */
export function exportRows(database: Database, format: ExportFormat): Readable {
  async function* lines(): AsyncGenerator<string> {
    let after = { chainId: '', seq: '0' };
    for (;;) {
      const rows = await database.read(
        (
          tx,
        ) => tx.many<ExportRow>`SELECT id, chain_id, seq::text, type, actor_kind, actor_id, occurred_at, data, hash, mac FROM audit_events
          WHERE (chain_id, audit_events.seq) > (${after.chainId}, ${after.seq}::bigint) ORDER BY chain_id, audit_events.seq LIMIT ${BATCH_ROWS}`,
      );
      for (const row of rows) yield `${format === 'cef' ? asCef(row) : asJson(row)}\n`;
      const last = rows.at(-1);
      if (!last || rows.length < BATCH_ROWS) return;
      after = { chainId: last.chainId, seq: last.seq };
    }
  }
  return Readable.from(lines());
}
