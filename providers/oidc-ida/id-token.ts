import { errors } from 'jose';
import { ProviderError } from '../kit/index.js';
import type { OidcIdaSettings } from './config.js';
import type { IssuerKeys } from './issuer-keys.js';
import { idTokenClaims, type IdTokenClaims } from './types.js';

/** How far the vendor's clock may be from ours. */
const CLOCK_TOLERANCE_SECONDS = 60;
/** The code is exchanged as soon as the browser is back, so no token is older than a person takes at the vendor. */
const MAX_AGE_SECONDS = 3600;

/**
 * The claims of an ID token that is proven: OpenID Connect Core section 3.1.3.7, with the algorithm fixed beforehand
 * and keys from the configured JWKS only. Time is judged at `receivedAt`, when the code was exchanged for it: the token
 * was fresh then and has been sealed since, and a report can be made of it again for as long as the vendor lists its
 * key. The nonce is not compared here – it is reported, and the host compares it.
 * @throws ProviderError `not_authentic`, or what kept the keys from being read
 */
export async function proveIdToken(
  token: string,
  trust: { keys: IssuerKeys; settings: OidcIdaSettings; receivedAt: Date },
): Promise<IdTokenClaims> {
  const { keys, settings, receivedAt } = trust;
  const { ISSUER, CLIENT_ID, SIGNING_ALGORITHM } = settings;
  if (!isCanonical(token)) throw notProven('not the compact form');
  try {
    const payload = await keys.verify(token, {
      algorithms: [SIGNING_ALGORITHM],
      issuer: ISSUER,
      audience: CLIENT_ID,
      currentDate: receivedAt,
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      maxTokenAge: MAX_AGE_SECONDS,
      requiredClaims: ['sub', 'exp', 'iat', 'nonce'],
    });
    const claims = idTokenClaims.parse(payload);
    if (isForUs(claims, CLIENT_ID)) return claims;
  } catch (error) {
    if (error instanceof ProviderError) throw error;
    // Nothing but the code: errors of this kind carry the claims.
    throw notProven(error instanceof errors.JOSEError ? error.code : 'not the documented shape');
  }
  throw notProven('made for another client');
}

/** Section 3.1.3.7, rules 4 and 5: with several audiences, or when it is there, `azp` must be us. */
function isForUs({ aud, azp }: IdTokenClaims, clientId: string): boolean {
  const several = Array.isArray(aud) && aud.length > 1;
  return azp === undefined ? !several : azp === clientId;
}

/** RFC 7515 section 7.1, byte for byte: three parts, no padding, no spare bits that a decoder would overlook (T27). */
function isCanonical(token: string): boolean {
  const parts = token.split('.');
  const exact = (part: string) => part !== '' && Buffer.from(part, 'base64url').toString('base64url') === part;
  return parts.length === 3 && parts.every(exact);
}

const notProven = (reason: string) => new ProviderError('not_authentic', `the ID token is not proven: ${reason}`);
