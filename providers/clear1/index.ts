import type { ProviderDefinition } from '../kit/index.js';
import { createClear1Adapter, ID } from './adapter.js';
import { clear1Environment, type Clear1Settings } from './config.js';

/** CLEAR1 by CLEAR: its REST sessions with events that name a session. Protocol in README.md. */
export const clear1Provider: ProviderDefinition<Clear1Settings> = {
  id: ID,
  environment: clear1Environment,
  create: createClear1Adapter,
};
