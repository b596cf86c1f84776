/**
 * Every error a caller can see: one closed list. `title` is public and constant; `detail` of a single occurrence may
 * say more but never whether an account exists. `docs/errors.md` and the enums of `openapi.yaml` are generated from it.
 */
export const PROBLEMS = {
  invalid_request: { status: 400, title: 'The request is not valid.' },
  malformed_body: { status: 400, title: 'The body could not be read.' },
  consent_required: { status: 403, title: 'Agreement is needed before anything is collected.' },
  unauthenticated: { status: 401, title: 'Sign-in is needed.' },
  insufficient_scope: { status: 403, title: 'This sign-in may not do that.' },
  person_required: { status: 403, title: 'Only a person who has signed in may do that, never an API key.' },
  origin_not_allowed: { status: 403, title: 'The request came from another site.' },
  csrf_token_invalid: { status: 403, title: 'The page is out of date. Load it again.' },
  separation_of_duties: { status: 403, title: 'The person who started this may not decide it.' },
  not_found: { status: 404, title: 'There is nothing here.' },
  method_not_allowed: { status: 405, title: 'That method is not offered here.' },
  request_timeout: { status: 408, title: 'The request took too long to arrive.' },
  case_already_open: { status: 409, title: 'This account already has an open recovery case.' },
  wrong_state: { status: 409, title: 'The case is not in a state that allows this.' },
  idempotency_key_reused: { status: 409, title: 'This idempotency key was used with another request.' },
  request_in_progress: { status: 409, title: 'The same request is still being worked on.' },
  identifier_taken: { status: 409, title: 'Another account has this login or employee id.' },
  version_conflict: { status: 409, title: 'It has changed since it was read.' },
  subject_not_recoverable: { status: 409, title: 'This account cannot be recovered this way.' },
  audit_trail_too_long: { status: 409, title: 'The audit trail is too long to be verified within a request.' },
  call_code_missing: { status: 409, title: 'The help desk has not confirmed the call code yet.' },
  evidence_missing: { status: 409, title: 'A photo is missing.' },
  recovery_codes_missing: { status: 409, title: 'Two recovery codes are needed: the saved one and one that was sent.' },
  attempts_used: { status: 409, title: 'All attempts of this case are used, so the person cannot be sent back.' },
  already_decided: { status: 409, title: 'This reviewer has already decided.' },
  credential_already_registered: { status: 409, title: 'This passkey is already registered.' },
  link_not_usable: { status: 410, title: 'This link has stopped working.' },
  flow_ended: { status: 401, title: 'This page session has ended. Ask for a fresh link.' },
  capture_binding_missing: { status: 403, title: 'This browser did not take the photos.' },
  token_not_redeemable: { status: 410, title: 'This token cannot be used.' },
  challenge_not_usable: { status: 410, title: 'This challenge cannot be used. Ask for new options.' },
  body_too_large: { status: 413, title: 'The body is too large.' },
  unsupported_media_type: { status: 415, title: 'That content type is not accepted here.' },
  expectation_failed: { status: 417, title: 'What the header Expect asks for is not offered.' },
  recovery_code_refused: { status: 422, title: 'This recovery code cannot be used.' },
  picture_refused: { status: 422, title: 'The picture cannot be used.' },
  passkey_refused: { status: 422, title: 'The passkey could not be accepted.' },
  assertion_refused: { status: 401, title: 'The sign-in could not be confirmed.' },
  policy_refused: { status: 422, title: 'The policy cannot be used.' },
  document_not_accepted: { status: 422, title: 'That document is not accepted here.' },
  provider_not_offered: { status: 422, title: 'That way of verifying is not offered.' },
  push_not_authentic: { status: 401, title: 'The delivery did not prove where it came from.' },
  too_many_requests: { status: 429, title: 'Too many requests. Try again later.' },
  headers_too_large: { status: 431, title: 'The headers are too large.' },
  internal_error: { status: 500, title: 'Something went wrong on our side.' },
  recoveries_paused: { status: 503, title: 'Account recovery is paused here. Open requests are kept.' },
  dependency_unavailable: { status: 503, title: 'A part of the service is not available. Try again shortly.' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof PROBLEMS;
export const PROBLEM_CODES = Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]];

/** One fault in the input: where (RFC 6901), what (stable), and a sentence. Never the offending value. */
export interface InputFault {
  pointer: string;
  code: string;
  detail: string;
}
