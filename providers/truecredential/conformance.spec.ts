import { PROTOCOL_LIMITS } from '../entra-verified-id/fixtures/protocol-limits.js';
import { describeProviderConformance } from '../kit/conformance/index.js';
import { trueCredentialProvider } from './index.js';
import { simulator } from './simulator/index.js';

describeProviderConformance({
  definition: trueCredentialProvider,
  simulator,
  proof: new URL('./conformance.json', import.meta.url),
  secretVariables: ['TRUECREDENTIAL_CLIENT_SECRET', 'TRUECREDENTIAL_CALLBACK_SECRET'],
  faultsHit: /^POST \/v1\.0\/verifiableCredentials\/createPresentationRequest$/,
  notApplicable: PROTOCOL_LIMITS,
});
