import { describeProviderConformance } from '../kit/conformance/index.js';
import { entraVerifiedIdProvider } from './index.js';
import { PROTOCOL_LIMITS } from './fixtures/protocol-limits.js';
import { simulator } from './simulator/index.js';

describeProviderConformance({
  definition: entraVerifiedIdProvider,
  simulator,
  proof: new URL('./conformance.json', import.meta.url),
  secretVariables: ['ENTRA_VERIFIED_ID_CLIENT_SECRET', 'ENTRA_VERIFIED_ID_CALLBACK_SECRET'],
  // The token comes from another host and in other words: access-token.spec.ts.
  faultsHit: /^POST \/v1\.0\/verifiableCredentials\/createPresentationRequest$/,
  notApplicable: PROTOCOL_LIMITS,
});
