import type { Database } from '../database/database.js';
import type { Transaction } from '../database/transaction.js';
import type { KeyRing } from './key-ring.js';

const NUMBER_BYTES = 8;

/**
 * For what is found by its digest and is to be there once. While a new key becomes the active one, two processes write the same thing
 * under different keys, and no unique index holds them apart (F38). So whoever looks under every key and then writes under one
 * takes this lock first; the statement that looks has to be one that follows. It ends with the transaction.
 *
 * There is one number for every key of the ring: two rings that share a key share a lock. With a single key the index is
 * enough, and nothing is locked.
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
