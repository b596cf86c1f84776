import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';
import { randomOctets } from '../ids/ids.js';
import type { KeyRing } from './key-ring.js';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Ciphertext that does not open: another key, another context, or changed bytes. */
export class SealBrokenError extends Error {
  override readonly name = 'SealBrokenError';

  constructor(context: string) {
    super(`sealed value does not open: ${context}`);
  }
}

/**
 * AES-256-GCM with a random 96-bit nonce (NIST SP 800-38D, 8.2.2). Layout: nonce, tag, ciphertext. `context` is
 * authenticated, not stored: a value moved to another row, column or case does not open (T74).
 */
export function sealWithKey(key: KeyObject, plain: Uint8Array, context: string): Buffer {
  // It is stored beside the ciphertext, and no secret.
  const nonce = randomOctets(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, nonce);
  cipher.setAAD(Buffer.from(context, 'utf8'));
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]);
}

/** @throws SealBrokenError */
export function openWithKey(key: KeyObject, sealed: Uint8Array, context: string): Buffer {
  try {
    const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(context, 'utf8'));
    decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
  } catch {
    throw new SealBrokenError(context);
  }
}

/** Seals under the ring's active envelope key. The key's id travels in front: length, id, then the sealed bytes. */
export function sealWithRing(ring: KeyRing, plain: Uint8Array, context: string): Buffer {
  const id = Buffer.from(ring.activeId, 'ascii');
  return Buffer.concat([Buffer.from([id.length]), id, sealWithKey(ring.key('envelope'), plain, context)]);
}

/** The same, under the active key. @throws SealBrokenError */
export function resealWithRing(ring: KeyRing, sealed: Uint8Array, context: string): Buffer {
  return sealWithRing(ring, openWithRing(ring, sealed, context), context);
}

/** Which key sealed it, as the value itself says. */
export function sealingKeyId(sealed: Uint8Array): string {
  return Buffer.from(sealed.subarray(1, 1 + (sealed[0] ?? 0))).toString('latin1');
}

/** @throws SealBrokenError */
export function openWithRing(ring: KeyRing, sealed: Uint8Array, context: string): Buffer {
  const id = sealingKeyId(sealed);
  let key: KeyObject;
  try {
    key = ring.key('envelope', id);
  } catch {
    throw new SealBrokenError(context);
  }
  return openWithKey(key, sealed.subarray(1 + id.length), context);
}
