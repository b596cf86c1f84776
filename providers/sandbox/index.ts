import type { ProviderDefinition } from '../kit/index.js';
import { createSandboxAdapter, ID } from './adapter.js';
import { sandboxEnvironment, type SandboxSettings } from './config.js';

/** A partner that is never real: for the demo, for developers and for tests. Protocol in README.md. */
export const sandboxProvider: ProviderDefinition<SandboxSettings> = {
  id: ID,
  environment: sandboxEnvironment,
  create: createSandboxAdapter,
};
