import type { KeyRing } from '../../platform/crypto/key-ring.js';

/**
 * The place of a case in a provider's split, 0 to 99: the same at every asking, spread evenly over cases, and not to be
 * foretold by anybody who does not hold the key. It goes by the oldest key, whichever is the active one, so that a rotation
 * moves nobody, and processes that roll agree (F38); when that key leaves the ring, the cases of its time are over.
 */
export function placeInSplit(ring: KeyRing, caseId: string, provider: string): number {
  const keyId = ring.oldKeys[0]?.id ?? ring.activeId;
  const digest = ring.digest('lookup', `provider-share:${caseId}:${provider}`, keyId);
  // The last four bytes are the hash's; the first ones name the key. A remainder of 2^32 favours nobody by more than 1 in 10^7.
  return digest.readUInt32BE(digest.length - 4) % 100;
}
