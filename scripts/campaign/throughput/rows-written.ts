import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '../../../src/platform/database/database.js';

type Rows = Readonly<Record<string, number>>;

/** Servers report what they wrote when a session has been idle for a second. */
const REPORTED_AFTER_MS = 1_500;

/** Rows inserted, updated and deleted so far, by table. */
async function rowsWritten(database: Database): Promise<Rows> {
  await pause(REPORTED_AFTER_MS);
  const rows = await database.read(
    (tx) => tx.many<{ name: string; written: number }>`
      SELECT schemaname || '.' || relname AS name, (n_tup_ins + n_tup_upd + n_tup_del)::int AS written
      FROM pg_stat_user_tables WHERE schemaname IN ('regain', 'ceiling')`,
  );
  return Object.fromEntries(rows.map(({ name, written }) => [name, written]));
}

/** Row writes of each request while `work` runs, as the database counts them. */
export async function rowsPerRequest(database: Database, work: () => Promise<number>): Promise<number> {
  const before = await rowsWritten(database);
  const requests = await work();
  const after = await rowsWritten(database);
  const written = Object.entries(after).reduce((sum, [name, rows]) => sum + rows - (before[name] ?? 0), 0);
  return written / requests;
}
