import { describeProviderConformance } from '../kit/conformance/index.js';
import { au10tixProvider } from './index.js';
import { simulator } from './simulator/index.js';

/** A tenant whose results state our reference and the session's id, in places that its customer configured. */
const echoing = {
  ...simulator,
  credentials: () =>
    simulator.credentials({
      AU10TIX_REFERENCE_RESULT_PATH: 'sessionResult.reference',
      AU10TIX_EXTERNAL_ID_PATH: 'sessionResult.id',
    }),
};

describeProviderConformance({
  definition: au10tixProvider,
  simulator: echoing,
  secretVariables: ['AU10TIX_PRIVATE_KEY'],
  faultsHit: /^(POST \/workflow|GET \/result)\//,
  notApplicable: {
    unknown_session: '404 means that there is no result yet, and nothing else says that there never will be',
    cancelled: 'no answer says that a person left; no result comes',
    expired: 'no answer says that a session ran out; no result comes',
    test_mode: 'no answer says which environment it is from: AU10TIX_ENVIRONMENT and the host do',
  },
});
