import type { AccountStore } from '../../directories/built-in/index.js';
import type { Authenticator } from '../../directories/kit/index.js';
import type { Transaction } from '../platform/database/transaction.js';

/** The built-in directory's port on our own tables. Everything runs in the caller's transaction. */
export class SqlAccountStore implements AccountStore<Transaction> {
  /**
   * The lock is what a new passkey's reference to the account takes anyway, only earlier: who changes the account locks it
   * `FOR UPDATE` (`Subjects.put`) and waits for it, or is waited for. It stands in the way of nothing else (PostgreSQL, 13.3.2).
   */
  async accountStatus(tx: Transaction, subjectId: string): Promise<'active' | 'disabled' | undefined> {
    const row = await tx.maybeOne<{
      status: 'active' | 'disabled';
    }>`SELECT status FROM subjects WHERE id = ${subjectId} FOR KEY SHARE`;
    return row?.status;
  }

  async usablePasskeys(tx: Transaction, subjectId: string): Promise<Authenticator[]> {
    return tx.many<Authenticator>`
      SELECT id, credential_id, transports FROM credentials
      WHERE subject_id = ${subjectId} AND removed_at IS NULL AND frozen_at IS NULL ORDER BY id`;
  }

  async removePasskeysExcept(tx: Transaction, passkey: { subjectId: string; keptId: string }): Promise<string[]> {
    const rows = await tx.many<{ id: string }>`
      UPDATE credentials SET removed_at = clock_timestamp()
      WHERE subject_id = ${passkey.subjectId} AND id <> ${passkey.keptId} AND removed_at IS NULL
      RETURNING id`;
    return rows.map((row) => row.id);
  }

  async endSessions(tx: Transaction, subjectId: string): Promise<number> {
    const { ended } = await tx.one<{ ended: number }>`
      WITH account AS (UPDATE subjects SET sessions_valid_from = clock_timestamp() WHERE id = ${subjectId}),
        ended AS (UPDATE relying_party_sessions SET ended_at = clock_timestamp()
          WHERE subject_id = ${subjectId} AND ended_at IS NULL AND expires_at > clock_timestamp() RETURNING 1)
      SELECT count(*)::int AS ended FROM ended`;
    return ended;
  }
}
