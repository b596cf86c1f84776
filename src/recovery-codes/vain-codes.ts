import { recordCoolsOff } from '../directory/record-cool-off.js';
import type { Subject } from '../directory/subject.js';
import type { Transaction } from '../platform/database/transaction.js';
import { needsOnSiteProofing, type AccountStrength } from '../policy/account-strength.js';
import type { PolicyDocument } from '../policy/policy.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';
import { speaksAgainst } from './codes-doubts.js';

/** What an account shows beforehand: whether any code can help it. */
interface Account extends AccountStrength {
  policy: Pick<PolicyDocument, 'matching'>;
  subject: Pick<Subject, 'status' | 'identityCoolingOff'> | undefined;
  proofed: boolean;
  proofingLevel?: string | undefined;
}

/**
 * Whether a code that is given in the case now is probably given for nothing: what stands in the way of an approval is
 * there already, and no code changes it. It says so too often rather than too seldom, since nothing is refused by it.
 */
export async function isVain(tx: Transaction, recoveryCase: RecoveryCase, account: Account): Promise<boolean> {
  return (
    isHopeless(account) || (await recordCoolsOff(tx, recoveryCase.subjectId)) || (await speaksAgainst(tx, recoveryCase))
  );
}

/** Whether the account itself rules out that a code helps. Pure. */
function isHopeless({ policy, subject, assuranceLevel, proofed, proofingLevel }: Account): boolean {
  if (subject?.status !== 'active' || needsOnSiteProofing({ assuranceLevel, proofingLevel })) return true;
  return !proofed && (policy.matching.unproofed !== 'codes' || subject.identityCoolingOff === true);
}
