import { describeProviderConformance } from '../kit/conformance/index.js';
import { au10tixProvider } from './index.js';
import { simulator } from './simulator/index.js';

const UNSTATED = 'results state no session and no reference in any documented place; the address asked for names it';

describeProviderConformance({
  definition: au10tixProvider,
  simulator,
  proof: new URL('./conformance.json', import.meta.url),
  secretVariables: ['AU10TIX_PRIVATE_KEY'],
  // A token comes first; the faults are for the calls that need it.
  faultsHit: /^(POST \/workflow|GET \/result)\//,
  notApplicable: {
    swapped_answer: `${UNSTATED}. With AU10TIX_REFERENCE_RESULT_PATH it shows: outbound.spec.ts`,
    wrong_session: `${UNSTATED}. With AU10TIX_EXTERNAL_ID_PATH it shows: outbound.spec.ts`,
    unknown_session: '404 means that there is no result yet, and nothing else says that there never will be',
    cancelled: 'no answer says that a person left; no result comes',
    expired: 'no answer says that a session ran out; no result comes',
    test_mode: 'no answer says which environment it is from: AU10TIX_ENVIRONMENT and the host do',
  },
});
