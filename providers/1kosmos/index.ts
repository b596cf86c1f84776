import type { ProviderDefinition } from '../kit/index.js';
import { createOneKosmosAdapter, ID } from './adapter.js';
import { oneKosmosEnvironment, type OneKosmosSettings } from './config.js';

/** 1Kosmos IDVerify: sessions at the partner's own pages, everything sealed, results by polling. Protocol in README.md. */
export const oneKosmosProvider: ProviderDefinition<OneKosmosSettings> = {
  id: ID,
  environment: oneKosmosEnvironment,
  create: createOneKosmosAdapter,
};
