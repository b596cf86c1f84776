import type { ProviderDefinition } from '../kit/index.js';
import { createVerifiedIdAdapter } from './adapter.js';
import { entraVerifiedIdEnvironment } from './config.js';
import type { VerifiedIdSettings } from './settings.js';

/** Any issuer's Verified ID, shown with Face Check. Protocol and settings in README.md. */
export const entraVerifiedIdProvider: ProviderDefinition<VerifiedIdSettings> = {
  id: 'entra-verified-id',
  environment: entraVerifiedIdEnvironment,
  create: createVerifiedIdAdapter,
};
