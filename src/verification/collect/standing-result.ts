import type { Transaction } from '../../platform/database/transaction.js';
import type { CaseState } from '../../recovery-case/case-states.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { goesByCodes } from '../../recovery-codes/given-codes.js';
import type { VerificationSession } from '../session/verification-session.js';

/** States that rest on the report of their attempt and can still be left for it. */
const RESTING_STATES: readonly CaseState[] = ['adjudicating', 'in_review', 'held', 'approved'];

type Session = Pick<VerificationSession, 'attempt'>;

/** The recovery went through: the passkey is there. */
export const wasRedeemed = ({ state, stateReason }: Pick<RecoveryCase, 'state' | 'stateReason'>): boolean =>
  state === 'completed' && stateReason !== 'evaluation_finished';

/**
 * Whether what a partner says later of a session that has reported still concerns somebody (T43, T44). A recovery by
 * codes alone rests on every report of its case: none may speak against it.
 */
export async function isHeard(tx: Transaction, recoveryCase: RecoveryCase, session: Session): Promise<boolean> {
  if (!RESTING_STATES.includes(recoveryCase.state) && !wasRedeemed(recoveryCase)) return false;
  return recoveryCase.attempt === session.attempt || (await goesByCodes(tx, recoveryCase));
}
