import { assuranceLevelOf } from '../directory/assurance-level.js';
import type { Subjects } from '../directory/subjects.js';
import type { Transaction } from '../platform/database/transaction.js';
import { needsOnSiteProofing } from '../policy/account-strength.js';

/** Whether nothing done from afar may recover this account, so that no case is opened for it (T61). */
export async function isOnSiteOnly(
  tx: Transaction,
  subjects: Pick<Subjects, 'proofingRecord'>,
  subjectId: string,
): Promise<boolean> {
  const [record, assuranceLevel] = await Promise.all([
    subjects.proofingRecord(tx, subjectId),
    assuranceLevelOf(tx, subjectId),
  ]);
  return needsOnSiteProofing({ assuranceLevel, proofingLevel: record?.level });
}
