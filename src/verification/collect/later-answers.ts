import { isTerminal, type CaseState } from '../../recovery-case/case-states.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { wasGivenUp, type VerificationSession } from '../session/verification-session.js';

/** States that rest on the report of their attempt and can still be left for it. */
const RESTING_STATES: readonly CaseState[] = ['adjudicating', 'in_review', 'held', 'approved'];

type Session = Pick<VerificationSession, 'attempt' | 'state'>;
type Standing = Pick<RecoveryCase, 'state' | 'stateReason' | 'attempt'>;
type CaseStatus = Pick<RecoveryCase, 'state' | 'stateReason'>;

/** The recovery went through: the passkey is there. */
export const wasRedeemed = ({ state, stateReason }: CaseStatus): boolean =>
  state === 'completed' && stateReason !== 'evaluation_finished';

/** A decision on some report, or on codes, was taken or is about to be, and its case can still be left for another. */
export const restsOnSomething = (recoveryCase: CaseStatus): boolean =>
  RESTING_STATES.includes(recoveryCase.state) || wasRedeemed(recoveryCase);

/** The case's attempt rests on the session's report, and is decided again when it is taken back. Others only speak against. */
export const isBasis = (recoveryCase: Pick<RecoveryCase, 'attempt'>, session: Session): boolean =>
  !wasGivenUp(session) && recoveryCase.attempt === session.attempt;

/**
 * Whether a partner's later answer about a session still matters (T34, T43, T44). While its attempt rests on its report, it
 * does as long as something can come of that. A session that was given up, or whose attempt is over, is heard for as long
 * as the case lives: another attempt, or another partner, does not wipe out what it says.
 */
export function isHeard(recoveryCase: Standing, session: Session): boolean {
  if (isBasis(recoveryCase, session)) return restsOnSomething(recoveryCase);
  return !isTerminal(recoveryCase.state) || wasRedeemed(recoveryCase);
}
