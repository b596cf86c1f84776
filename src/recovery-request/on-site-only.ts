import { recoveryStandard } from '../directory/assurance-level.js';
import type { Transaction } from '../platform/database/transaction.js';
import { needsOnSiteProofing } from '../policy/account-strength.js';

/** Whether nothing done from afar may recover this account, so that no case is opened for it (T61). */
export async function isOnSiteOnly(tx: Transaction, subjectId: string): Promise<boolean> {
  return needsOnSiteProofing(await recoveryStandard(tx, subjectId));
}
