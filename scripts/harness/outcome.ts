import type { CaseView } from './help-desk.js';

const UNDECIDED = ['awaiting_authorization', 'link_sent', 'verifying', 'adjudicating'];

/** Whether the first attempt has had its answer: it ended, a person has to look, or another attempt was asked for. */
export function isDecided({ state, attempt }: CaseView): boolean {
  return !UNDECIDED.includes(state) && !(state === 'awaiting_evidence' && attempt === 1);
}

/** @throws Error when the person would get in */
export function assertNotApproved(decided: CaseView): void {
  if (['approved', 'held', 'completed'].includes(decided.state)) throw new Error(`the case is ${decided.state}`);
}

/** @throws Error naming what was decided instead */
export function assertApproved(decided: CaseView): void {
  if (decided.state !== 'approved') throw new Error(`it was not approved: ${describeOutcome(decided)}`);
}

/** State, verdict and bucket, as staff see them. */
export function describeOutcome({ state, outcome }: CaseView): string {
  return [state, outcome?.verdict, outcome?.bucket].filter(Boolean).join(', ');
}
