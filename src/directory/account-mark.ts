import type { Transaction } from '../platform/database/transaction.js';

/** Ends the mark of an account that could not be opened when it was to be indexed. */
export const UNREADABLE_MARK = '!';

/**
 * Gives an account the mark back that the database emptied when its profile was written. In the transaction that locked
 * the row, read what it was, and wrote the same person: nobody else can have changed what the index is made of. One that
 * was set aside is looked at again.
 */
export async function keepMark(tx: Transaction, before: { id: string; accountIndex: string }): Promise<void> {
  const { id, accountIndex } = before;
  if (accountIndex.endsWith(UNREADABLE_MARK)) return;
  await tx.run`UPDATE subjects SET account_index = ${accountIndex} WHERE id = ${id}`;
}
