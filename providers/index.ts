import { oneKosmosProvider } from './1kosmos/index.js';
import { clear1Provider } from './clear1/index.js';
import { idemiaProvider } from './idemia/index.js';
import { idverseProvider } from './idverse/index.js';
import type { ProviderDefinition } from './kit/index.js';
import { localProvider } from './local/index.js';
import { sandboxProvider } from './sandbox/index.js';

/** Every provider this build knows. `PROVIDERS` says which of them are loaded; the only importer is the registry. */
export const PROVIDER_CATALOGUE: readonly ProviderDefinition[] = [
  localProvider,
  sandboxProvider,
  oneKosmosProvider,
  clear1Provider,
  idemiaProvider,
  idverseProvider,
];
