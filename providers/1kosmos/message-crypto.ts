import { createCipheriv, createDecipheriv, createECDH, randomBytes } from 'node:crypto';
import { ProviderError, type Sensitive } from '../kit/index.js';

/** The curve that both official helpers use unless told otherwise. */
const CURVE = 'secp256k1';
const CIPHER = 'aes-256-gcm';
const IV_BYTES = 16;
const TAG_BYTES = 16;
/** What precedes X||Y in the uncompressed form of SEC 1 section 2.3.3; 1Kosmos leaves it out on the wire. */
const UNCOMPRESSED = Buffer.from([4]);

export interface KeyPair {
  /** Base64 of X||Y, 64 bytes. */
  readonly publicKey: string;
  /**
   * The AES key for messages with the holder of that public key: the X coordinate of the ECDH point, 32 bytes, as it is.
   * @throws ProviderError unintelligible for what is not a point of the curve
   */
  sharedKeyWith(publicKey: string): Buffer;
}

/** @param privateKey base64 of 32 bytes; left out, a new key. @throws RangeError for a number that is not a key */
export function keyPair(privateKey?: Sensitive<string>): KeyPair {
  const ecdh = createECDH(CURVE);
  if (privateKey === undefined) ecdh.generateKeys();
  else {
    const bytes = bytesOf(privateKey.reveal());
    if (bytes?.length !== 32) throw new RangeError('a private key is 32 bytes in base64');
    try {
      ecdh.setPrivateKey(bytes);
    } catch {
      throw new RangeError('the private key is not one of the curve');
    }
  }
  return {
    publicKey: ecdh.getPublicKey().subarray(1).toString('base64'),
    sharedKeyWith(publicKey) {
      const point = bytesOf(publicKey);
      if (point?.length !== 64) throw notAKey();
      try {
        return ecdh.computeSecret(Buffer.concat([UNCOMPRESSED, point]));
      } catch {
        throw notAKey();
      }
    },
  };
}

/** Base64 of IV||ciphertext||tag, AES-256-GCM without additional data. `iv` is given by tests alone. */
export function seal(text: string, key: Uint8Array, iv: Uint8Array = randomBytes(IV_BYTES)): string {
  const cipher = createCipheriv(CIPHER, key, iv);
  const parts = [iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()];
  return Buffer.concat(parts).toString('base64');
}

/**
 * The bytes that {@link seal} was given.
 * @throws ProviderError unintelligible for what is no sealed message, not_authentic for one that was not made with the key
 */
export function open(sealed: string, key: Uint8Array): Buffer {
  const bytes = bytesOf(sealed);
  if (!bytes || bytes.length < IV_BYTES + TAG_BYTES)
    throw new ProviderError('unintelligible', 'the answer holds no sealed message');
  const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]);
  } catch {
    throw new ProviderError('not_authentic', 'the answer was not sealed with the key agreed for this call');
  }
}

/** Canonical base64 alone: one text for one value. */
function bytesOf(base64: string): Buffer | undefined {
  const bytes = Buffer.from(base64, 'base64');
  return bytes.toString('base64') === base64 ? bytes : undefined;
}

const notAKey = () => new ProviderError('unintelligible', 'the partner’s public key is not a point of the curve');
