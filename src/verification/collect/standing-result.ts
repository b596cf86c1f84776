import type { Transaction } from '../../platform/database/transaction.js';
import type { CaseState } from '../../recovery-case/case-states.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { goesByCodes } from '../../recovery-codes/given-codes.js';
import type { VerificationSession } from '../session/verification-session.js';

/** States that rest on the report of their attempt and can still be left for it. */
const RESTING_STATES: readonly CaseState[] = ['adjudicating', 'in_review', 'held', 'approved'];

type Session = Pick<VerificationSession, 'attempt'>;

/** The recovery went through on the report of this attempt: the passkey is there. */
export const wasRedeemed = (recoveryCase: RecoveryCase, { attempt }: Session): boolean =>
  recoveryCase.state === 'completed' &&
  recoveryCase.stateReason !== 'evaluation_finished' &&
  recoveryCase.attempt === attempt;

const restsOn = (recoveryCase: RecoveryCase, session: Session): boolean =>
  (RESTING_STATES.includes(recoveryCase.state) && recoveryCase.attempt === session.attempt) ||
  wasRedeemed(recoveryCase, session);

/**
 * Whether what a partner says later of a session that has reported still concerns somebody (T43, T44). A recovery by
 * codes alone rests on every report of its case: none may speak against it.
 */
export async function isHeard(tx: Transaction, recoveryCase: RecoveryCase, session: Session): Promise<boolean> {
  if (restsOn(recoveryCase, session)) return true;
  return RESTING_STATES.includes(recoveryCase.state) && (await goesByCodes(tx, recoveryCase));
}
