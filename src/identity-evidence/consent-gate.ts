import type { Transaction } from '../platform/database/transaction.js';
import { Problem } from '../platform/errors/problem.js';

/**
 * The answer that the present page session gave to the notice: an answer given in an earlier page session does not
 * count.
 */
export async function latestConsent(tx: Transaction, caseId: string): Promise<boolean | undefined> {
  const latest = await tx.maybeOne<{ agreed: boolean }>`
    SELECT agreed FROM consents WHERE case_id = ${caseId}
      AND consented_at > COALESCE((SELECT max(created_at) FROM flow_sessions WHERE case_id = ${caseId}), '-infinity')
    ORDER BY consented_at DESC LIMIT 1`;
  return latest?.agreed;
}

/** Nothing is collected before they have said yes (T78). @throws Problem consent_required */
export async function assertConsent(tx: Transaction, caseId: string): Promise<void> {
  if (!(await latestConsent(tx, caseId))) throw new Problem('consent_required');
}
