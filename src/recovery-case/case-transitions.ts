import type { AuditEventType } from '../audit-trail/audit-event-types.js';
import type { CaseEvent } from './case-events.js';
import { CASE_STATES, LIVING_STATES, type CaseState } from './case-states.js';

interface TransitionRule {
  from: readonly CaseState[];
  to: CaseState;
  /** Written to the audit trail with the change. */
  audit: AuditEventType;
  /** Put into the outbox with the change; `src/pipeline.ts` says what follows. */
  event: CaseEvent;
  /** Opens a new attempt. */
  nextAttempt?: true;
}

/**
 * Every way a case can change, and nothing else. What is not in `from` is refused: the table is total, because a pair of
 * state and transition either stands here or changes nothing. `docs/generated/states.md` is drawn from it.
 */
export const TRANSITIONS = {
  authorize: { from: ['awaiting_authorization'], to: 'link_sent', audit: 'case.authorized', event: 'case.authorized' },
  start: { from: ['link_sent'], to: 'awaiting_evidence', audit: 'case.started', event: 'case.started' },
  submit: { from: ['awaiting_evidence'], to: 'verifying', audit: 'case.submitted', event: 'case.submitted' },
  /** Two codes stand in for a document: no provider is asked (NIST SP 800-63B-4, 4.2.2.2). Migration 0014 asks for both. */
  submit_codes: {
    from: ['awaiting_evidence'],
    to: 'adjudicating',
    audit: 'case.codes_submitted',
    event: 'case.codes_submitted',
  },
  wait: { from: ['verifying'], to: 'verifying', audit: 'case.waiting_for_provider', event: 'case.waiting' },
  /** The wait for a provider is over: one was found, or the one that was down answers again. */
  proceed: { from: ['verifying'], to: 'verifying', audit: 'case.proceeding', event: 'case.proceeding' },
  report: { from: ['verifying'], to: 'adjudicating', audit: 'case.reported', event: 'verification.reported' },
  retry: {
    from: ['verifying', 'adjudicating', 'in_review'],
    to: 'awaiting_evidence',
    audit: 'case.evidence_requested_again',
    event: 'case.retry_offered',
    nextAttempt: true,
  },
  /** A fresh link opened in another browser: the new one has to do the capture again (docs/adr/0005). */
  recapture: {
    from: ['awaiting_evidence', 'approved'],
    to: 'awaiting_evidence',
    audit: 'flow.resumed',
    event: 'case.retry_offered',
    nextAttempt: true,
  },
  refer: { from: ['verifying', 'adjudicating'], to: 'in_review', audit: 'case.referred', event: 'case.referred' },
  /** A held case can be held for another reason, e.g. once the browser it waited for has come back. */
  hold: { from: ['adjudicating', 'in_review', 'held'], to: 'held', audit: 'case.held', event: 'case.held' },
  /** An address on file said that the verified person sits at the browser of the flow. The hold goes on. */
  confirm: { from: ['held'], to: 'held', audit: 'case.confirmed', event: 'case.confirmed' },
  approve: {
    from: ['adjudicating', 'in_review', 'held'],
    to: 'approved',
    audit: 'case.approved',
    event: 'case.approved',
  },
  /**
   * What the case stood on is gone: the partner took its result back, its address was opened elsewhere, or a held one has
   * fewer votes than it needs. It is decided again; a token of the approval is dead from here (migration 0005).
   */
  reconsider: {
    from: ['in_review', 'held', 'approved'],
    to: 'adjudicating',
    audit: 'case.reconsidered',
    event: 'case.reconsidered',
  },
  deny: { from: ['adjudicating', 'in_review', 'held'], to: 'denied', audit: 'case.denied', event: 'case.denied' },
  finish_evaluation: {
    from: ['adjudicating'],
    to: 'completed',
    audit: 'case.evaluation_finished',
    event: 'case.evaluation_finished',
  },
  complete: { from: ['approved'], to: 'completed', audit: 'case.completed', event: 'case.completed' },
  expire: { from: LIVING_STATES, to: 'expired', audit: 'case.expired', event: 'case.expired' },
  cancel: { from: LIVING_STATES, to: 'cancelled', audit: 'case.cancelled', event: 'case.cancelled' },
} as const satisfies Record<string, TransitionRule>;

export type TransitionName = keyof typeof TRANSITIONS;
export const TRANSITION_NAMES = Object.keys(TRANSITIONS) as TransitionName[];

/** Where a transition leads from a state, or undefined when it is refused there. */
export function targetOf(state: CaseState, name: TransitionName): CaseState | undefined {
  const rule: TransitionRule = TRANSITIONS[name];
  return rule.from.includes(state) ? rule.to : undefined;
}

/**
 * The whole table: every state against every transition.
 *
 * @internal
 */
export function transitionTable(): { state: CaseState; name: TransitionName; target: CaseState | undefined }[] {
  return CASE_STATES.flatMap((state) =>
    TRANSITION_NAMES.map((name) => ({ state, name, target: targetOf(state, name) })),
  );
}
