import type { ProviderDefinition } from '../kit/index.js';
import { createAu10tixAdapter, ID } from './adapter.js';
import { au10tixEnvironment, type Au10tixSettings } from './config.js';

/** AU10TIX: Secure.me by the Workflow API. Protocol in README.md. */
export const au10tixProvider: ProviderDefinition<Au10tixSettings> = {
  id: ID,
  environment: au10tixEnvironment,
  create: createAu10tixAdapter,
};
