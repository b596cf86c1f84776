import type { KeyRing } from '../../platform/crypto/key-ring.js';

/**
 * The place of a case in a provider's split, 0 to 99: the same at every asking, spread evenly over cases, and not to be
 * foretold by anybody who does not hold the key.
 */
export function placeInSplit(ring: KeyRing, caseId: string, provider: string): number {
  const digest = ring.digest('lookup', `provider-share:${caseId}:${provider}`);
  // The last four bytes are the hash's; the first ones name the key. A remainder of 2^32 favours nobody by more than 1 in 10^7.
  return digest.readUInt32BE(digest.length - 4) % 100;
}
