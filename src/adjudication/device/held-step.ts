import type { StateReason } from '../../recovery-case/case-states.js';
import type { ApprovalStep, Decision } from '../decision.js';
import type { HoldProgress } from '../holds.js';

export interface HeldCase extends HoldProgress {
  /** Why it is held. */
  reason: StateReason | null;
  /** The time it was held for has passed. */
  over: boolean;
  /** And so long ago that a mail which has not gone by now is late. */
  longOver: boolean;
  /** It would still be approved by the strictest policy of now. */
  good: boolean;
  /** It would, but for what may still come: word whether another account has the name (T65), a second person (T49). */
  awaited: boolean;
  /** Or but for the word of people: it was approved by fewer than are asked for now, or by some whose yes counts no more. */
  votesMissing: boolean;
  decision: Decision | undefined;
}

export type HeldStep =
  | ApprovalStep
  /** Its time has passed and nobody knows of it: the case waits, and its own time runs. */
  | { name: 'hold'; reason: 'waiting_for_notice'; holdSeconds?: never }
  | { name: 'reconsider'; reason: 'reviewer_needed' }
  | { name: 'deny'; reason: 'policy_tightened' | 'not_confirmed' };

/** What becomes of a held case that is looked at again. Undefined: it goes on waiting. Pure. */
export function heldStep(held: HeldCase): HeldStep | undefined {
  const { over, good, awaited, votesMissing, decision } = held;
  if (votesMissing && decision) return over ? backToReview(held, decision) : undefined;
  if ((!good && !awaited) || !decision) return over ? { name: 'deny', reason: 'policy_tightened' } : undefined;
  const step = stepOfDevice(held, decision);
  // What has not come yet speaks against nobody, and lets nobody through: the sweeper asks again (T65, T49).
  if (!step || (!good && step.name !== 'deny')) return undefined;
  return onceTold(step, held);
}

/** Nobody is let through by a hold that nobody could have stopped: it waits for a notice, and then leaves time to read it. */
function onceTold(step: HeldStep, { reason, longOver, untold, lateSeconds }: HeldCase): HeldStep | undefined {
  if (step.name !== 'approve') return step;
  const isToBeSaid = longOver && reason !== 'waiting_for_notice';
  if (untold) return isToBeSaid ? { name: 'hold', reason: 'waiting_for_notice' } : undefined;
  return lateSeconds > 0 ? { name: 'hold', holdSeconds: lateSeconds, reason: 'hold_running' } : step;
}

/** Nobody can vote on a held case: reviewers get it back, and the person is not denied for want of them. */
function backToReview(held: HeldCase, decision: Decision): HeldStep {
  const step = stepOfDevice(held, decision);
  return step?.name === 'deny' ? step : { name: 'reconsider', reason: 'reviewer_needed' };
}

function stepOfDevice({ reason: stated, over, leftSeconds }: HeldCase, decision: Decision): HeldStep | undefined {
  const reason = stated === 'waiting_for_notice' ? 'hold_running' : stated;
  switch (decision.device) {
    case 'may_return':
      return undefined;
    case 'unproven':
      // Nobody is waited for who cannot prove anything any more.
      if (reason === 'waiting_for_return') return decision.afterApproval;
      if (!over) return undefined;
      return reason === 'waiting_for_confirmation' ? { name: 'deny', reason: 'not_confirmed' } : decision.afterApproval;
    case 'unaskable':
      // Nobody was asked, or whoever was could not answer: reviewers have said yes, and what is left of the hold still runs.
      if (!over) return undefined;
      if (reason === 'hold_running' || leftSeconds === 0) return { name: 'approve' };
      return { name: 'hold', holdSeconds: leftSeconds, reason: 'hold_running' };
    case 'confirmed':
      return over ? { name: 'approve' } : undefined;
    case 'proven':
    case 'allowed':
      if (reason === 'hold_running') return over ? { name: 'approve' } : undefined;
      // It was held for want of proof, and that has come: only what the policy holds everybody for is left.
      return leftSeconds > 0 ? { name: 'hold', holdSeconds: leftSeconds, reason: 'hold_running' } : { name: 'approve' };
  }
}
