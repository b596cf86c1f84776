import { describeProviderConformance } from '../kit/conformance/index.js';
import { oneKosmosProvider } from './index.js';
import { simulator } from './simulator/index.js';

describeProviderConformance({
  definition: oneKosmosProvider,
  simulator,
  proof: new URL('./conformance.json', import.meta.url),
  secretVariables: ['ONEKOSMOS_LICENSE_KEY'],
  // Discovery comes first and has tests of its own; health is told by the community call.
  faultsHit: /document_share_session|community_info/,
  notApplicable: {
    unknown_document_type:
      'the simulator calls a document what the session was made for; mapping.spec.ts has other words',
    swapped_answer:
      'the session asked about is sealed, so nobody on the way can change it; outbound.spec.ts plays an answer to another call instead',
    test_mode: 'no answer says which environment it comes from; ONEKOSMOS_ENVIRONMENT does',
  },
});
