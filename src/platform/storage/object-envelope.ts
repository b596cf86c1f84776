import { createHash, timingSafeEqual } from 'node:crypto';
import { ObjectCorruptError } from './object-store.errors.js';
import { MAX_OBJECT_BYTES } from './object-store.port.js';

const MAGIC = Buffer.from('RGO1', 'ascii');
const DIGEST_BYTES = 32;

/** Bytes that stand in front of every stored object: four of format mark, thirty-two of digest. */
export const ENVELOPE_BYTES = MAGIC.length + DIGEST_BYTES;

/**
 * Puts a digest over key and bytes in front of the bytes. It travels inside the object, so it needs no support from
 * the store, and it covers the key, so another object's bytes (with a perfectly good digest of their own) are refused.
 */
export function sealObject(key: string, bytes: Uint8Array): Uint8Array {
  if (bytes.length > MAX_OBJECT_BYTES) throw new RangeError('The object is larger than the store takes.');
  return Buffer.concat([MAGIC, digest(key, bytes), bytes]);
}

/**
 * The bytes inside an envelope.
 * @throws ObjectCorruptError when they are cut, altered, another key's, or not the expected ones
 */
export function openObject(key: string, stored: Uint8Array, expected?: { sha256: string }): Uint8Array {
  const bytes = stored.subarray(ENVELOPE_BYTES);
  const intact =
    stored.length >= ENVELOPE_BYTES &&
    MAGIC.equals(stored.subarray(0, MAGIC.length)) &&
    timingSafeEqual(digest(key, bytes), stored.subarray(MAGIC.length, ENVELOPE_BYTES)) &&
    (expected === undefined || sha256Hex(bytes) === expected.sha256);
  if (!intact) throw new ObjectCorruptError(key);
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The size that was put, from the size that is stored. */
export function sizeInside(storedSize: number): number {
  return Math.max(0, storedSize - ENVELOPE_BYTES);
}

export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function digest(key: string, bytes: Uint8Array): Buffer {
  return createHash('sha256').update(`regain-object-v1\0${key}\0`).update(bytes).digest();
}
