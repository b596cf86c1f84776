import type { ProviderDefinition } from '../kit/index.js';
import { createIdverseAdapter, ID } from './adapter.js';
import { idverseEnvironment, type IdverseSettings } from './config.js';

/** IDVerse by LexisNexis Risk Solutions: its IDKit v1 transactions. Protocol in README.md. */
export const idverseProvider: ProviderDefinition<IdverseSettings> = {
  id: ID,
  environment: idverseEnvironment,
  create: createIdverseAdapter,
};
