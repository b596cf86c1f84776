import type { KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import type { ClockPort, Sensitive } from '../kit/index.js';

/** AU10TIX takes up to 3,500 seconds; a token request needs a few. */
const LIFE_SECONDS = 300;

export interface AssertionOptions {
  clientId: string;
  keyId: string;
  privateKey: Sensitive<KeyObject>;
  audience: string;
  clock: ClockPort;
}

/**
 * A client assertion (RFC 7523 section 2.2): RS256, with exactly the header and claims that AU10TIX's sample code has –
 * `kid`; `iss` and `sub` the client id, `aud`, `exp`.
 */
export function signClientAssertion({
  clientId,
  keyId,
  privateKey,
  audience,
  clock,
}: AssertionOptions): Promise<string> {
  const nowSeconds = Math.floor(clock.now().getTime() / 1000);
  return new SignJWT({ iss: clientId, sub: clientId, aud: audience, exp: nowSeconds + LIFE_SECONDS })
    .setProtectedHeader({ alg: 'RS256', kid: keyId })
    .sign(privateKey.reveal());
}
