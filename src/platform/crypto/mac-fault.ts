import { timingSafeEqual } from 'node:crypto';
import { digestKeyId, type KeyPurpose, type KeyRing } from './key-ring.js';

/** What is wrong with the MAC of a row; `key` when its key's secret is not in the ring, so that nobody can say. */
export type MacFault = 'missing' | 'wrong' | 'key';

/** A text, what it was signed for, and the MAC that its row carries. */
export interface SignedText {
  purpose: KeyPurpose;
  text: string;
  mac: Buffer | null;
}

/** Whether or not the MAC's key has ended: who lets somebody in asks for that as well. */
export function macFault(ring: KeyRing, { purpose, text, mac }: SignedText): MacFault | undefined {
  if (mac === null) return 'missing';
  const keyId = digestKeyId(mac);
  if (!ring.ids.includes(keyId)) return 'key';
  const right = ring.digest(purpose, text, keyId);
  return right.length === mac.length && timingSafeEqual(right, mac) ? undefined : 'wrong';
}
