import type { Transaction } from '../platform/database/transaction.js';

/** Four rounds a minute: more than a deployment writes. */
const PRUNED_ROWS = 10_000;

/** Removes what nobody needs any more, the oldest first and no more of it at once than a round can do in passing. */
export async function pruneSpent(tx: Transaction): Promise<void> {
  await tx.run`DELETE FROM outbox WHERE ctid = ANY(ARRAY(SELECT ctid FROM outbox
    WHERE published_at < statement_timestamp() - interval '1 day' ORDER BY published_at LIMIT ${PRUNED_ROWS}))`;
  await tx.run`DELETE FROM idempotency_keys WHERE ctid = ANY(ARRAY(SELECT ctid FROM idempotency_keys
    WHERE expires_at < statement_timestamp() ORDER BY expires_at LIMIT ${PRUNED_ROWS} FOR UPDATE SKIP LOCKED))`;
  await tx.run`DELETE FROM webauthn_challenges WHERE ctid = ANY(ARRAY(SELECT ctid FROM webauthn_challenges
    WHERE expires_at < statement_timestamp() - interval '1 day' ORDER BY expires_at LIMIT ${PRUNED_ROWS}))`;
}
