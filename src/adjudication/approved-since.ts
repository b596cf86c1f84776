import type { Transaction } from '../platform/database/transaction.js';

/**
 * Since when an attempt has been approved without a decision that took it back: where its hold begins, and what has to be
 * told once. Given again while it stands it goes on; given anew after it was taken back it begins anew. Undefined while it
 * is not approved.
 */
export async function approvedSince(
  tx: Transaction,
  at: { caseId: string; attempt: number },
): Promise<Date | undefined> {
  const { since } = await tx.one<{ since: Date | null }>`
    SELECT min(a.decided_at) AS since FROM decisions a WHERE a.case_id = ${at.caseId} AND a.attempt = ${at.attempt} AND a.verdict = 'approve'
      AND NOT EXISTS (SELECT 1 FROM decisions b WHERE b.case_id = ${at.caseId} AND b.attempt = ${at.attempt} AND b.verdict <> 'approve'
        AND (b.decided_at, b.id) > (a.decided_at, a.id))`;
  return since ?? undefined;
}
