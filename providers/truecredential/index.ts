import { createVerifiedIdAdapter } from '../entra-verified-id/adapter.js';
import type { VerifiedIdSettings } from '../entra-verified-id/settings.js';
import type { ProviderDefinition } from '../kit/index.js';
import { trueCredentialEnvironment } from './config.js';

/** TrueCredential's `VerifiedIdentity`, shown over Microsoft Entra Verified ID. README.md says why there is no other way. */
export const trueCredentialProvider: ProviderDefinition<VerifiedIdSettings> = {
  id: 'truecredential',
  environment: trueCredentialEnvironment,
  create: createVerifiedIdAdapter,
};
