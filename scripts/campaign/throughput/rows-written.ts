import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '../../../src/platform/database/database.js';

type Rows = Readonly<Record<string, number>>;

/**
 * A session reports what it wrote once a second at most, behind a statement; one at rest does so after ten seconds only
 * (PostgreSQL, pgstat.c, `PGSTAT_MIN_INTERVAL` and `PGSTAT_IDLE_INTERVAL`).
 */
const REPORTED_AFTER_MS = 1_200;
const OWN_SESSIONS = 20;

/** Rows inserted, updated and deleted so far, by table. */
async function rowsWritten(database: Database, useEveryConnection: () => Promise<unknown>): Promise<Rows> {
  await pause(REPORTED_AFTER_MS);
  // And our own, which made what a run needs.
  const own = Array.from({ length: OWN_SESSIONS }, () => database.read((tx) => tx.run`SELECT pg_sleep(0.05)`));
  await Promise.all([...own, useEveryConnection()]);
  const rows = await database.read(
    (tx) => tx.many<{ name: string; written: number }>`
      SELECT schemaname || '.' || relname AS name, (n_tup_ins + n_tup_upd + n_tup_del)::int AS written
      FROM pg_stat_user_tables WHERE schemaname IN ('regain', 'ceiling')`,
  );
  return Object.fromEntries(rows.map(({ name, written }) => [name, written]));
}

/** What is counted, and what asks the database something on each connection of whoever writes. */
export interface CountedWork {
  work: () => Promise<number>;
  useEveryConnection: () => Promise<unknown>;
}

/** Row writes of each request while `work` runs, as the database counts them. */
export async function rowsPerRequest(database: Database, { work, useEveryConnection }: CountedWork): Promise<number> {
  const before = await rowsWritten(database, useEveryConnection);
  const requests = await work();
  const after = await rowsWritten(database, useEveryConnection);
  const written = Object.entries(after).reduce((sum, [name, rows]) => sum + rows - (before[name] ?? 0), 0);
  return written / requests;
}
