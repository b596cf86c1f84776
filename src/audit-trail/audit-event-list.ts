import type { Transaction } from '../platform/database/transaction.js';
import type { PageRead } from '../platform/http/lists.js';
import { firstIdOf } from '../platform/ids/ids.js';
import type { Actor } from './audit-event-types.js';
import { type AuditEvent, auditEventOf, type AuditEventRow } from './audit-event-view.js';
import { actorOfEvent, type AuditFilter } from './audit-filter.js';

/** Rows that one page looks through. What a filter leaves out costs as much as what it shows, and a trail grows for years. */
export const ROWS_OF_A_PAGE = 20_000;

/** An id has the time of the process that made it, `occurred_at` that of the database: they are never this far apart. */
const CLOCKS_APART_MS = 3_600_000;

/** Before the first and behind the last id of an event. */
const [FIRST, LAST] = ['evt', 'z'];

interface Search {
  limit: number;
  /** Ids to look at: from, and before. */
  from: string;
  before: string;
  chainId: string | null;
  type: string | null;
  actor: Actor | undefined;
  since: string;
  until: string;
  rowsOfAPage: number;
}

/**
 * A page of the trail, newest first. It may be shorter than asked for, and empty, while there is an older one: no page looks
 * through more than {@link ROWS_OF_A_PAGE} rows, except of one chain.
 */
export async function listAuditEvents(
  tx: Transaction,
  query: AuditFilter & { limit: number; cursor?: string },
  rowsOfAPage = ROWS_OF_A_PAGE,
): Promise<PageRead<AuditEvent>> {
  const { limit, cursor, actorOf, chainId, type, since, until } = query;
  const actor = actorOf === undefined ? undefined : await actorOfEvent(tx, actorOf);
  if (actorOf !== undefined && !actor) return { data: [], next: null };
  const search: Search = {
    ...{ limit, actor, rowsOfAPage, chainId: chainId ?? null, type: type ?? null },
    from: since === undefined ? FIRST : firstIdOf('evt', new Date(Math.max(0, Date.parse(since) - CLOCKS_APART_MS))),
    before: lowest(
      cursor ?? LAST,
      until === undefined ? LAST : firstIdOf('evt', new Date(Date.parse(until) + CLOCKS_APART_MS)),
    ),
    since: since ?? '-infinity',
    until: until ?? 'infinity',
  };
  const rows = search.chainId === null ? await inTrail(tx, search) : await inChain(tx, search);
  const data = rows.slice(0, limit).map(auditEventOf);
  if (rows.length > limit) return { data, next: data.at(-1)?.id ?? null };
  return { data, next: search.chainId === null ? await lastLookedAt(tx, search) : null };
}

const lowest = (a: string, b: string): string => (a < b ? a : b);

function inTrail(tx: Transaction, of: Search): Promise<AuditEventRow[]> {
  return tx.many<AuditEventRow>`
    SELECT * FROM (SELECT * FROM audit_events WHERE id >= ${of.from} AND id < ${of.before} ORDER BY id DESC LIMIT ${of.rowsOfAPage}) AS looked_at
    WHERE (${of.type}::text IS NULL OR type = ${of.type}) AND occurred_at >= ${of.since}::timestamptz AND occurred_at < ${of.until}::timestamptz
      AND (${of.actor?.id ?? null}::text IS NULL OR (actor_id = ${of.actor?.id ?? null} AND actor_kind = ${of.actor?.kind ?? null}))
    ORDER BY id DESC LIMIT ${of.limit + 1}`;
}

function inChain(tx: Transaction, of: Search): Promise<AuditEventRow[]> {
  return tx.many<AuditEventRow>`
    SELECT * FROM audit_events WHERE chain_id = ${of.chainId} AND id < ${of.before}
      AND (${of.type}::text IS NULL OR type = ${of.type}) AND occurred_at >= ${of.since}::timestamptz AND occurred_at < ${of.until}::timestamptz
      AND (${of.actor?.id ?? null}::text IS NULL OR (actor_id = ${of.actor?.id ?? null} AND actor_kind = ${of.actor?.kind ?? null}))
    ORDER BY id DESC LIMIT ${of.limit + 1}`;
}

/** Where a page stopped that looked through as many rows as it may; null when it came to the end. */
async function lastLookedAt(tx: Transaction, { from, before, rowsOfAPage }: Search): Promise<string | null> {
  const row = await tx.maybeOne<{ id: string }>`SELECT id FROM audit_events WHERE id >= ${from} AND id < ${before}
    ORDER BY id DESC OFFSET ${rowsOfAPage - 1} LIMIT 1`;
  return row?.id ?? null;
}

/** A page of one chain, in order; `cursor` is the last position that the page before it showed. */
export async function listChain(
  tx: Transaction,
  chainId: string,
  { limit, cursor = '0' }: { limit: number; cursor?: string },
): Promise<PageRead<Omit<AuditEvent, 'chainId'>>> {
  const rows = await tx.many<AuditEventRow>`
    SELECT * FROM audit_events WHERE chain_id = ${chainId} AND audit_events.seq > ${cursor}
    ORDER BY audit_events.seq LIMIT ${limit + 1}`;
  const data = rows.slice(0, limit).map((row) => {
    const { chainId: _own, ...entry } = auditEventOf(row);
    return entry;
  });
  return { data, next: rows.length > limit ? String(data.at(-1)?.seq) : null };
}
