import type { Transaction } from '../../platform/database/transaction.js';
import { isTerminal, type CaseState } from '../../recovery-case/case-states.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { goesByCodes } from '../../recovery-codes/given-codes.js';
import { wasGivenUp, type VerificationSession } from '../session/verification-session.js';

/** States that rest on the report of their attempt and can still be left for it. */
const RESTING_STATES: readonly CaseState[] = ['adjudicating', 'in_review', 'held', 'approved'];

type Session = Pick<VerificationSession, 'attempt' | 'state'>;
type CaseStatus = Pick<RecoveryCase, 'state' | 'stateReason'>;

/** The recovery went through: the passkey is there. */
export const wasRedeemed = ({ state, stateReason }: CaseStatus): boolean =>
  state === 'completed' && stateReason !== 'evaluation_finished';

/** A decision on some report, or on codes, was taken or is about to be, and its case can still be left for another. */
export const restsOnSomething = (recoveryCase: CaseStatus): boolean =>
  RESTING_STATES.includes(recoveryCase.state) || wasRedeemed(recoveryCase);

/**
 * Whether a partner's later answer about a session still matters (T43, T44). For an abandoned session it does as long
 * as the case lives, in whatever attempt. For a reported session it does while its attempt rests on the report. A
 * recovery by codes alone rests on every report of its case: none may speak against it.
 */
export async function isHeard(tx: Transaction, recoveryCase: RecoveryCase, session: Session): Promise<boolean> {
  if (wasGivenUp(session)) return !isTerminal(recoveryCase.state) || wasRedeemed(recoveryCase);
  if (!restsOnSomething(recoveryCase)) return false;
  return recoveryCase.attempt === session.attempt || (await goesByCodes(tx, recoveryCase));
}
