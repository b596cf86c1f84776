import { oneKosmosProvider } from './1kosmos/index.js';
import { au10tixProvider } from './au10tix/index.js';
import { clear1Provider } from './clear1/index.js';
import { entraVerifiedIdProvider } from './entra-verified-id/index.js';
import { idemiaProvider } from './idemia/index.js';
import { idverseProvider } from './idverse/index.js';
import type { ProviderDefinition } from './kit/index.js';
import { localProvider } from './local/index.js';
import { clearOidcProvider, incodeProvider, nametagProvider, oidcIdaProvider } from './oidc-ida/index.js';
import { sandboxProvider } from './sandbox/index.js';
import { trueCredentialProvider } from './truecredential/index.js';

/** Every provider this build knows. `PROVIDERS` says which of them are loaded; the only importer is the registry. */
export const PROVIDER_CATALOGUE: readonly ProviderDefinition[] = [
  localProvider,
  sandboxProvider,
  oneKosmosProvider,
  au10tixProvider,
  clear1Provider,
  entraVerifiedIdProvider,
  idemiaProvider,
  idverseProvider,
  oidcIdaProvider,
  clearOidcProvider,
  incodeProvider,
  nametagProvider,
  trueCredentialProvider,
];
