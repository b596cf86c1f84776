import type { Transaction } from '../platform/database/transaction.js';

/** Forgets what accounts were before changes that have long ceased to count; the database says since when. Returns how many. */
export async function pruneReplacedStandings(tx: Transaction): Promise<number> {
  const { gone } = await tx.one<{ gone: number }>`
    WITH pruned AS (SELECT prune_subject_standings()::int AS gone) SELECT gone FROM pruned`;
  return gone;
}
