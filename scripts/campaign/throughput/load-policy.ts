import { PolicyDocument } from '../../../src/policy/policy.js';

/** The policy of everybody whom load is made of. */
export const LOAD_POLICY_ID = 'pol_0000000000000000000000load';
export const LOAD_POLICY = JSON.stringify(
  PolicyDocument.parse({ name: 'load', providers: ['local'], requiredChecks: ['face_match'] }),
);
