import { createHash, createHmac } from 'node:crypto';
import { ProviderError, type CreateSessionContext } from '../kit/index.js';

/**
 * What names the session on our side. The protocol has no session id; the one value that the signed ID token repeats
 * and only this session has is the nonce, so the id is its digest: a token of another session gives another id.
 */
export function externalIdOf(nonce: string): string {
  return `oidc_${createHash('sha256').update(`oidc-ida session ${nonce}`).digest('base64url')}`;
}

/**
 * The PKCE verifier (RFC 7636 section 4.1): 43 characters that only the holder of the nonce can make. The nonce goes to
 * the vendor's back channel alone, so whoever steals a code from a browser has no verifier for it – and a create call
 * that is repeated, from any process, pushes the same challenge.
 */
export function codeVerifierOf(nonce: string): string {
  return createHmac('sha256', nonce).update('oidc-ida code_verifier').digest('base64url');
}

/** Our return address, apart: the vendor has `redirectUri` registered without a query, `state` comes back in one. */
export function returnPartsOf({ returnUrl }: Pick<CreateSessionContext, 'returnUrl'>): {
  redirectUri: string;
  state: string;
} {
  const url = new URL(returnUrl);
  const state = url.searchParams.get('state');
  if (!state) throw new ProviderError('broken', 'the return address has no state');
  url.search = '';
  return { redirectUri: url.href, state };
}
