import type { Transaction } from '../platform/database/transaction.js';

/** What happened is told again for three days (`sweeper/lost-notices.ts`): so long it has to be known to whom it was. */
const TOLD_AGAIN_DAYS = 3;

/** Cases of one round. */
const FORGOTTEN_CASES = 1_000;

/**
 * Forgets whom erased cases were told to: in the place of an address's keyed hash stands something random. That there was a
 * notice, and when, stays. Not at the erasure itself: where evidence is kept for less than those days, the same addresses
 * would be told once more. Returns how many cases were seen to.
 */
export async function forgetToldAddresses(tx: Transaction): Promise<number> {
  const due = await tx.many<{ caseId: string }>`
    SELECT case_id FROM case_keys
    WHERE shredded_at < statement_timestamp() - make_interval(days => ${TOLD_AGAIN_DAYS}) AND shredded_at IS NOT NULL AND told_forgotten_at IS NULL
    ORDER BY shredded_at LIMIT ${FORGOTTEN_CASES} FOR UPDATE SKIP LOCKED`;
  // Asked anew under the locks: a notice that was written meanwhile is seen, and one that is still to be written waits.
  const forgotten = await tx.many<{ caseId: string }>`
    UPDATE case_keys k SET told_forgotten_at = statement_timestamp() WHERE case_id = ANY(${due.map(({ caseId }) => caseId)})
      AND NOT EXISTS (SELECT 1 FROM notices n WHERE n.case_id = k.case_id AND n.created_at > statement_timestamp() - make_interval(days => ${TOLD_AGAIN_DAYS}))
    RETURNING case_id`;
  await tx.run`UPDATE notices SET address_digest = uuid_send(gen_random_uuid())
    WHERE case_id = ANY(${forgotten.map(({ caseId }) => caseId)})`;
  return forgotten.length;
}

/** To be called before a notice of a case is written: what an erased case is still told of is forgotten later, too. */
export function rememberToForget(tx: Transaction, caseId: string): void {
  tx.send`UPDATE case_keys SET told_forgotten_at = NULL WHERE case_id = ${caseId} AND shredded_at IS NOT NULL`;
}
