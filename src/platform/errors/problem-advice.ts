import type { ProblemCode } from './problem-catalogue.js';

/** Whether the same request may be sent again. */
export const RETRIES = {
  after_change: 'Not as it is: change the request first.',
  after_looking: 'Only after you have read again how things stand.',
  after_wait: 'Yes, the same request, after as many seconds as `Retry-After` says.',
  never: 'No: the answer stays the same.',
} as const;

/** What somebody who looks a code up wants to know. */
export interface ProblemAdvice {
  /** When it happens. */
  when: string;
  retry: keyof typeof RETRIES;
  /** What to do. */
  advice: string;
}

/**
 * One entry per code, or it does not compile. `docs/errors.md`, the page that problems point at and the descriptions of
 * `ProblemCode` in `openapi.yaml` are made from it. Public, like the titles: nothing here tells whether an account
 * exists.
 */
export const PROBLEM_ADVICE: Readonly<Record<ProblemCode, ProblemAdvice>> = {
  invalid_request: {
    when: 'A member, parameter or header is missing, unknown or not as described, or the bytes are no HTTP request.',
    retry: 'after_change',
    advice: '`errors` names each place and what is wrong there.',
  },
  malformed_body: {
    when: 'The body is not the JSON or the form that its content type says, or it broke off.',
    retry: 'after_change',
    advice: 'Send well-formed UTF-8 JSON, without a member twice; in a form, each named part once.',
  },
  consent_required: {
    when: 'The person has not agreed to the privacy notice yet.',
    retry: 'after_change',
    advice: 'Show the notice and call `POST /v1/flow/consent`.',
  },
  call_code_missing: {
    when: 'An agent passed the link on, and has not typed the code that `GET /v1/flow` shows; `callCode` is null once its tries are used.',
    retry: 'after_looking',
    advice:
      'Have the person read the code to the agent and wait for it. After five wrong tries the agent issues a new link.',
  },
  unauthenticated: {
    when: 'There is no token, key or session with the request, or it has ended or is not known.',
    retry: 'after_change',
    advice: 'Sign in again, or send a valid token: `WWW-Authenticate` says which kind of proof the call takes.',
  },
  insufficient_scope: {
    when: 'The token or key is valid but lacks the scope that the operation names.',
    retry: 'never',
    advice: 'Use a caller whose role or key has that scope.',
  },
  person_required: {
    when: 'An API key called something that only a signed-in person may do.',
    retry: 'never',
    advice: 'Call it with a person’s own token.',
  },
  origin_not_allowed: {
    when: 'A browser’s write did not come from a page of this service.',
    retry: 'never',
    advice: 'Make the call from the service’s own origin.',
  },
  csrf_token_invalid: {
    when: 'A page’s form is older than the session, or belongs to another one.',
    retry: 'after_looking',
    advice: 'Load the page again and send its form.',
  },
  separation_of_duties: {
    when: 'The caller opened, proposed or asked for this, or it is about their own account.',
    retry: 'never',
    advice: 'Somebody else has to do it.',
  },
  not_found: {
    when: 'There is nothing of that id, or the caller may not see it, or it was erased. The answer is the same for all.',
    retry: 'never',
    advice: 'Check the id and what the caller may see.',
  },
  method_not_allowed: {
    when: 'The path exists, and not for this method.',
    retry: 'never',
    advice: 'Use a method that `openapi.yaml` has for the path.',
  },
  request_timeout: {
    when: 'The headers or the body did not arrive whole within the time that a request may take. The connection is closed.',
    retry: 'after_wait',
    advice: 'Send it again on a new connection, a POST with the same `Idempotency-Key`.',
  },
  case_already_open: {
    when: 'A case is opened for an account that has one under way.',
    retry: 'never',
    advice: 'Find it with `GET /v1/recovery-cases?subjectId=`, and go on with it or cancel it.',
  },
  wrong_state: {
    when: 'The case, change or hold has moved on, or has not come so far yet: somebody else acted, or its time is over.',
    retry: 'after_looking',
    advice: 'Read it again and choose what its state allows.',
  },
  idempotency_key_reused: {
    when: 'The `Idempotency-Key` came before with another body or for another operation.',
    retry: 'after_change',
    advice: 'Use a new key for each new thing to do.',
  },
  request_in_progress: {
    when: 'An earlier one is under way: under the same key, at the same partner, or a rehearsal of the same profile.',
    retry: 'after_wait',
    advice:
      'Send it again; with the same key you get the first one’s answer once it is there. A rehearsal can be cancelled.',
  },
  identifier_taken: {
    when: 'An account is written with a login or employee id that another account has.',
    retry: 'after_change',
    advice: '`errors` names which. Write the account that has it, or give this one another.',
  },
  version_conflict: {
    when: 'It was changed between reading and writing.',
    retry: 'after_looking',
    advice: 'Read it again, apply the change to what is there now, and send that.',
  },
  subject_not_recoverable: {
    when: 'No profile covers the account, it is disabled, or there is no way to reach its holder that the profile allows.',
    retry: 'never',
    advice: '`detail` says why. Check the account and the profiles, or help the person by another way.',
  },
  audit_trail_too_long: {
    when: 'The trail has more rows than a request may verify.',
    retry: 'never',
    advice: 'Run the command `regain audit verify`.',
  },
  evidence_missing: {
    when: 'A decision is asked for before all required photos are accepted.',
    retry: 'after_change',
    advice: 'Hand in the photos that `GET /v1/flow` calls required and missing.',
  },
  recovery_codes_missing: {
    when: 'A decision without a document is asked for before both codes are given.',
    retry: 'after_change',
    advice: 'Give the missing code: `GET /v1/flow` says which.',
  },
  attempts_used: {
    when: 'A reviewer wants to send a person back who has no attempt left.',
    retry: 'never',
    advice: 'Approve or deny. After a denial the person may ask for a new case.',
  },
  already_decided: {
    when: 'The same reviewer votes twice on one attempt.',
    retry: 'never',
    advice: 'Nothing: the first vote counts. Another reviewer may vote.',
  },
  credential_already_registered: {
    when: 'The device offers a passkey that is registered already.',
    retry: 'never',
    advice: 'Sign in with it, or create another one.',
  },
  link_not_usable: {
    when: 'The link has ended, was replaced by a newer one, or was opened in another browser first.',
    retry: 'never',
    advice: 'Ask for a fresh link.',
  },
  flow_ended: {
    when: 'The browser’s page session is over: too long without a click, older than two hours, another browser took the case on, or its owner said that it was not them.',
    retry: 'never',
    advice: 'Ask for a fresh link and start from it.',
  },
  capture_binding_missing: {
    when: 'The call comes from another browser than the one that took the photos.',
    retry: 'never',
    advice: 'Go on in that browser. If it is lost, ask for a fresh link and take the photos again.',
  },
  token_not_redeemable: {
    when: 'The token was spent, replaced or never issued, its time is over, or another browser presents it.',
    retry: 'never',
    advice: 'Ask for a new token in the browser that took the photos, while the case allows it.',
  },
  challenge_not_usable: {
    when: 'The options for the passkey are too old or were used before.',
    retry: 'after_change',
    advice: 'Ask for new options and let the device answer those.',
  },
  body_too_large: {
    when: 'The body is larger than the operation takes.',
    retry: 'after_change',
    advice: 'Send less: JSON up to 256 KiB, a picture up to 10 MiB.',
  },
  unsupported_media_type: {
    when: 'The content type is not one that the operation lists.',
    retry: 'after_change',
    advice: 'Send one of the types in `openapi.yaml`.',
  },
  expectation_failed: {
    when: 'The header `Expect` has a value other than `100-continue`.',
    retry: 'after_change',
    advice: 'Leave the header out.',
  },
  recovery_code_refused: {
    when: 'The code is wrong, was used or has ended. Which of them is not told.',
    retry: 'after_change',
    advice: 'Check the code, or have a new one sent. Wrong codes are counted.',
  },
  picture_refused: {
    when: 'The bytes are no picture that can be read safely, or one that may not be used here.',
    retry: 'after_change',
    advice: 'Take another picture, as JPEG, PNG or WebP.',
  },
  passkey_refused: {
    when: 'What the device answered does not fit the options, or is not as secure as asked for.',
    retry: 'after_change',
    advice: 'Ask for new options and try again, or use another device.',
  },
  assertion_refused: {
    when: 'The passkey is not known here, was stopped, or its signature does not fit.',
    retry: 'after_change',
    advice: 'Ask for new options and use a passkey of this account.',
  },
  policy_refused: {
    when: 'The profile breaks a rule, e.g. one of production.',
    retry: 'after_change',
    advice: '`errors` names each member and its rule (docs/policies.md).',
  },
  document_not_accepted: {
    when: 'The profile does not accept this type of document, or this issuing country.',
    retry: 'after_change',
    advice: 'Let the person choose another document.',
  },
  provider_not_offered: {
    when: 'The provider is not among those that this case may use now.',
    retry: 'after_change',
    advice: 'Choose one of `providers` of `GET /v1/flow`, or leave the choice out.',
  },
  push_not_authentic: {
    when: 'A partner’s delivery has no valid signature or secret.',
    retry: 'after_change',
    advice: 'Compare the webhook secret here and at the partner; the delivery had no effect.',
  },
  too_many_requests: {
    when: 'A limit on calls, attempts or open streams is reached.',
    retry: 'after_wait',
    advice: 'Wait that long. `RateLimit` names the limit that was reached.',
  },
  headers_too_large: {
    when: 'The request line and the headers together are longer than 16 KiB. The connection is closed.',
    retry: 'after_change',
    advice: 'Send fewer or shorter headers, or fewer cookies.',
  },
  internal_error: {
    when: 'A fault in the service.',
    retry: 'after_wait',
    advice: 'If it comes again, report the number in `instance`. A repeated POST should carry its `Idempotency-Key`.',
  },
  recoveries_paused: {
    when: 'The organisation has paused all recoveries.',
    retry: 'after_wait',
    advice: 'Wait until the pause is ended; what is open stays open.',
  },
  dependency_unavailable: {
    when: 'The database, the object store, the identity provider or a partner does not answer in time. Nothing was approved.',
    retry: 'after_wait',
    advice: 'Send it again later, a POST with the same `Idempotency-Key`.',
  },
};
