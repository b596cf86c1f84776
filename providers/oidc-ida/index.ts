import { oidcIdaDefinition } from './presets.js';

/** Any vendor that follows Okta's standard for identity verification vendors, or OpenID Identity Assurance 1.0. */
export const oidcIdaProvider = oidcIdaDefinition('oidc-ida', { displayName: 'Identity verification' });

export { clearOidcProvider, incodeProvider, nametagProvider } from './presets.js';
