import { describeProviderConformance } from '../kit/conformance/index.js';
import { oidcIdaProvider } from './index.js';
import { simulator } from './simulator/index.js';

describeProviderConformance({
  definition: oidcIdaProvider,
  simulator,
  proof: new URL('./conformance.json', import.meta.url),
  secretVariables: ['OIDC_IDA_CLIENT_SECRET'],
  notApplicable: {
    expired: 'the protocol has no word for it: a person who ran out of time brings no browser back',
    test_mode: 'no token says which environment it is from: the client decides, and OIDC_IDA_ENVIRONMENT with it',
    swapped_answer:
      'no session is asked about by an id; a code is tied to its session by PKCE and a token by its nonce, see session-swap.spec.ts',
    unknown_session: 'the partner is never asked about a session',
  },
});
