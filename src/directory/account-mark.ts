import type { Transaction } from '../platform/database/transaction.js';

/** Ends the mark of an account that could not be opened when it was to be indexed. */
export const UNREADABLE_MARK = '!';

/**
 * Restores an account's index mark, which the database emptied when its profile was written. Call it in the transaction
 * that locked the row, read the old values and wrote the same person: then nothing that the index is made of has
 * changed. An account that was set aside is indexed again.
 */
export async function keepMark(tx: Transaction, before: { id: string; accountIndex: string }): Promise<void> {
  const { id, accountIndex } = before;
  if (accountIndex.endsWith(UNREADABLE_MARK)) return;
  await tx.run`UPDATE subjects SET account_index = ${accountIndex} WHERE id = ${id}`;
}
