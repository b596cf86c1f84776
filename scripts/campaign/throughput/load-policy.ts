import { PolicyDocument } from '../../../src/policy/policy.js';

/** The policy of everybody whom load is made of. */
export const LOAD_POLICY = {
  id: 'pol_0000000000000000000000load',
  document: PolicyDocument.parse({ name: 'load', providers: ['local'], requiredChecks: ['face_match'] }),
  createdBy: 'load',
};
