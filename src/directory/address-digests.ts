import type { KeyRing } from '../platform/crypto/key-ring.js';

/** Under which an address is known that a notice went to: it is compared, never read. */
export const addressDigest = (ring: KeyRing, address: string): Buffer => ring.digest('lookup', textOf(address));

/** The digests of addresses under every key of the ring: what was written before a key was replaced is found too. */
export const addressDigests = (ring: KeyRing, addresses: readonly string[]): Buffer[] =>
  addresses.flatMap((address) => ring.digests('lookup', textOf(address)));

export const isDigestOfAddress = (ring: KeyRing, address: string, digest: Buffer): boolean =>
  ring.matches('lookup', textOf(address), digest);

const textOf = (address: string): string => `address:${address}`;
