/** States of a case (docs/generated/states.md). The first eight are living, the last four terminal. */
export const LIVING_STATES = [
  'awaiting_authorization',
  'link_sent',
  'awaiting_evidence',
  'verifying',
  'adjudicating',
  'in_review',
  'held',
  'approved',
] as const;
export const TERMINAL_STATES = ['completed', 'denied', 'expired', 'cancelled'] as const;
export const CASE_STATES = [...LIVING_STATES, ...TERMINAL_STATES] as const;

export type LivingState = (typeof LIVING_STATES)[number];
export type TerminalState = (typeof TERMINAL_STATES)[number];
export type CaseState = (typeof CASE_STATES)[number];

export const isTerminal = (state: CaseState): state is TerminalState =>
  (TERMINAL_STATES as readonly string[]).includes(state);

/** Why a case is where it is, for staff. Mismatch and fraud reasons have no code here: they stay with reviewers. */
export const STATE_REASONS = [
  'waiting_for_second_person',
  'waiting_for_call_code',
  'waiting_for_provider',
  'providers_exhausted',
  'pictures_not_checked',
  'reviewer_needed',
  'capture_to_be_repeated',
  'verification_abandoned',
  'hold_running',
  'waiting_for_return',
  'waiting_for_confirmation',
  'waiting_for_notice',
  'result_withdrawn',
  'browser_strayed',
  'late_result',
  'attempts_exhausted',
  'work_failed',
  'evaluation_finished',
  'policy_tightened',
  'repudiated',
  'stopped_by_applicant',
  'stopped_by_help_desk',
  'not_confirmed',
  'time_ran_out',
  'database_restored',
] as const;
export type StateReason = (typeof STATE_REASONS)[number];
