import type { ProviderDefinition } from '../kit/index.js';
import { createIdemiaAdapter, ID } from './adapter.js';
import { idemiaEnvironment, type IdemiaSettings } from './config.js';

/** IDEMIA's Global Identity Proofing Service, v1, with the pictures that our own pages took. Protocol in README.md. */
export const idemiaProvider: ProviderDefinition<IdemiaSettings> = {
  id: ID,
  environment: idemiaEnvironment,
  create: createIdemiaAdapter,
};
