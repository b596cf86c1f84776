import type { Transaction } from '../platform/database/transaction.js';
import { Problem } from '../platform/errors/problem.js';

/**
 * Nothing is collected before whoever is in the flow now has said yes to the notice (T78): an answer given in an earlier
 * page session is not theirs. @throws Problem consent_required
 */
export async function assertConsent(tx: Transaction, caseId: string): Promise<void> {
  const latest = await tx.maybeOne<{ agreed: boolean }>`
    SELECT agreed FROM consents WHERE case_id = ${caseId}
      AND consented_at > COALESCE((SELECT max(created_at) FROM flow_sessions WHERE case_id = ${caseId}), '-infinity')
    ORDER BY consented_at DESC LIMIT 1`;
  if (!latest?.agreed) throw new Problem('consent_required');
}
