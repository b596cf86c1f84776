/** What the Request Service's protocol has no words for, by topic of the conformance suite, and where it is shown instead. */
export const PROTOCOL_LIMITS = {
  'fail:presentation_attack':
    'Face Check has no callback of its own for a face that is not live: the person gets no further, or the score misses the threshold',
  cancelled: 'the partner does not report a person who closes the Authenticator; the request runs out',
  expired: 'a request that ran out is not reported; the session ends by the expiry that came with it',
  test_mode: 'no callback says which tenant is a test; the ENVIRONMENT variable does, see mapping.spec.ts',
  swapped_answer:
    'the partner is not asked, so no answer can be swapped; swapped callbacks are in callback-matrix.spec.ts',
  wrong_nonce:
    'a callback is proven by a key made of its state, so one with another nonce is refused: callback-matrix.spec.ts',
  unknown_session: 'the partner is not asked; without a callback the result is not ready',
} as const;
