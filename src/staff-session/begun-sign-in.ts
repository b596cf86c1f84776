import { createHash } from 'node:crypto';
import type { Clock } from '../platform/clock/clock.js';
import { isCanonicalSecret, newSecret } from '../platform/ids/ids.js';

/** Longer than a second factor takes; shorter than a tab is forgotten. */
export const SIGN_IN_SECONDS = 600;
const SECOND_MS = 1_000;

/** What one sign-in is recognised by (RFC 6749, 10.12; OpenID Connect Core, 3.1.2.1; RFC 7636). */
export interface SignInProofs {
  state: string;
  nonce: string;
  codeVerifier: string;
}

/**
 * A sign-in that was begun, as the browser keeps it in a cookie: when, and 256 random bits. All proofs follow from the two
 * together, so that nothing is stored for whoever only asks, a sign-in cannot be made older or younger, and who sees one
 * proof in an address knows none of the others.
 */
export function beginSignIn(clock: Clock): string {
  return `${Math.floor(clock.now().getTime() / SECOND_MS)}.${newSecret()}`;
}

/** Undefined for what is no such cookie, or is over. */
export function proofsOf(begun: string | undefined, clock: Clock): SignInProofs | undefined {
  const [seconds = '', secret = ''] = (begun ?? '').slice(0, 100).split('.', 2);
  if (begun === undefined || !/^\d{1,12}$/.test(seconds) || !isCanonicalSecret(secret)) return undefined;
  const age = clock.now().getTime() / SECOND_MS - Number(seconds);
  if (age > SIGN_IN_SECONDS || age < -SIGN_IN_SECONDS) return undefined;
  const proof = (use: string): string => createHash('sha256').update(`${use}:${begun}`).digest('base64url');
  return { state: proof('state'), nonce: proof('nonce'), codeVerifier: proof('code-verifier') };
}
