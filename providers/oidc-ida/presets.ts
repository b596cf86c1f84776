import type { ProviderDefinition } from '../kit/index.js';
import { createOidcIdaAdapter } from './adapter.js';
import { oidcIdaEnvironment, settingsUnder, type KnownVendor } from './config.js';

type OidcIdaDefinition = ProviderDefinition<Record<string, unknown>>;

/** The same adapter under a vendor's name, with variables of its own: several can be loaded side by side. */
export function oidcIdaDefinition(id: string, known: KnownVendor): OidcIdaDefinition {
  const prefix = `${id.toUpperCase().replaceAll('-', '_')}_`;
  return {
    id,
    environment: oidcIdaEnvironment(prefix, known),
    create: (settings, ports) => createOidcIdaAdapter(id, settingsUnder(prefix, settings), ports),
  };
}

/**
 * CLEAR in Okta's role play. Endpoints: Okta, "Add an identity verification vendor as an IdP"; issuer and keys are not
 * published.
 */
export const clearOidcProvider = oidcIdaDefinition('clear-oidc', {
  displayName: 'CLEAR',
  parUrl: 'https://verified.clearme.com/oauth/par',
  authorizeUrl: 'https://verified.clearme.com/oauth/idv_authorize',
  tokenUrl: 'https://verified.clearme.com/hydra/oauth2/token',
});

/** Incode. Same source; issuer and keys are not published. */
export const incodeProvider = oidcIdaDefinition('incode', {
  displayName: 'Incode',
  parUrl: 'https://auth.incode.com/oauth2/par',
  authorizeUrl: 'https://auth.incode.com/oauth2/authorize',
  tokenUrl: 'https://auth.incode.com/oauth2/token',
});

/** Nametag, which names all its endpoints in its own guide for Okta. */
export const nametagProvider = oidcIdaDefinition('nametag', {
  displayName: 'Nametag',
  issuer: 'https://nametag.co',
  parUrl: 'https://nametag.co/oauth2/par',
  authorizeUrl: 'https://nametag.co/oauth2/authorize',
  tokenUrl: 'https://nametag.co/oauth2/token',
  jwksUrl: 'https://nametag.co/.well-known/jwks',
});
