import type { Database } from '../database/database.js';
import type { Transaction } from '../database/transaction.js';
import type { KeyRing } from './key-ring.js';

const NUMBER_BYTES = 8;

/**
 * A lock for values that are found by digest and must exist once. While a new key becomes active, two processes write
 * the same value under different keys, and no unique index catches that (F38). So code that searches under every key
 * and then writes under one takes this lock first; the search must be a later statement. The lock ends with the
 * transaction. Each key of the ring has one number, so two rings that share a key share a lock. With a single key the
 * index suffices, and nothing is locked.
 */
export function lockAcrossKeys(tx: Transaction, ring: KeyRing, text: string): void {
  if (ring.ids.length === 1) return;
  const numbers = ring
    .digests('lookup', `one-at-a-time:${text}`)
    .map((digest) => digest.readBigInt64BE(digest.length - NUMBER_BYTES));
  // In one order, so that nobody waits for somebody who waits for them.
  numbers.sort((one, other) => (one < other ? -1 : 1));
  tx.send`SELECT pg_advisory_xact_lock(number) FROM unnest(${numbers}::bigint[]) AS number`;
}

/** Runs one statement, or it and the lock before it in one transaction. @throws DatabaseUnavailableError */
export async function writeAcrossKeys<Result>(
  { database, ring }: { database: Database; ring: KeyRing },
  statement: (tx: Transaction) => Promise<Result>,
): Promise<Result> {
  return ring.ids.length === 1 ? database.write(statement) : database.transaction(statement);
}
