import type { KeyRing } from '../../platform/crypto/key-ring.js';

/**
 * The place of a case in a provider's split, 0 to 99: the same each time, spread evenly over cases, and unpredictable
 * without the key. It uses the oldest key, whichever is active, so that a rotation moves no case and processes agree
 * during a roll-out (F38). When that key leaves the ring, the cases of its time are over.
 */
export function placeInSplit(ring: KeyRing, caseId: string, provider: string): number {
  const keyId = ring.oldKeys[0]?.id ?? ring.activeId;
  const digest = ring.digest('lookup', `provider-share:${caseId}:${provider}`, keyId);
  // The last four bytes are the hash's; the first ones name the key. A remainder of 2^32 favours nobody by more than 1 in 10^7.
  return digest.readUInt32BE(digest.length - 4) % 100;
}
