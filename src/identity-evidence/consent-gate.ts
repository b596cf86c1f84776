import type { Transaction } from '../platform/database/transaction.js';
import { Problem } from '../platform/errors/problem.js';

/** Nothing is collected before the person's latest answer to the notice is yes (T78). @throws Problem consent_required */
export async function assertConsent(tx: Transaction, caseId: string): Promise<void> {
  const latest = await tx.maybeOne<{ agreed: boolean }>`
    SELECT agreed FROM consents WHERE case_id = ${caseId} ORDER BY consented_at DESC LIMIT 1`;
  if (!latest?.agreed) throw new Problem('consent_required');
}
