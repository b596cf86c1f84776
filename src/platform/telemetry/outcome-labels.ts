/**
 * What becomes of recovery tokens. `refused_*` by what stood against it; `superseded` and `lapsed` when the next one is
 * issued. One after which nobody asks for another ends with its case.
 */
export const TOKEN_OUTCOMES = [
  'issued',
  'redeemed',
  'superseded',
  'lapsed',
  'refused_state',
  'refused_policy',
  'refused_capture',
  'refused_limit',
  'refused_unknown',
  'refused_not_live',
  'refused_other_browser',
  'replayed_bound_browser',
  'replayed_other_browser',
] as const;
export type TokenOutcome = (typeof TOKEN_OUTCOMES)[number];

export const SECURITY_EVENT_TYPES = [
  'result_withdrawn',
  'result_withdrawn_after_redemption',
  'late_result',
  'late_result_after_redemption',
  'token_refused',
  'token_replayed',
  'passkey_frozen',
  'recovery_repudiated',
  'sign_count_did_not_grow',
  'passkey_not_ours',
  'policy_not_ours',
  'document_on_other_account',
  'attack_suspected',
  'account_unreadable',
  'database_set_back',
  'anchor_unreadable',
  'anchor_missing',
] as const;
