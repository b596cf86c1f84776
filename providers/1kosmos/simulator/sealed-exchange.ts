import {
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  randomBytes,
  type KeyObject,
} from 'node:crypto';
import { HttpFault } from '../../kit/simulator/index.js';

/**
 * The service's end of the sealed messages, written from the protocol alone: key agreement on key objects of secp256k1,
 * AES-256-GCM with 16 bytes of IV before and 16 bytes of tag behind.
 */
export class ServiceKey {
  readonly #privateKey: KeyObject;
  /** Base64 of X||Y. */
  readonly publicKey: string;

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    this.#privateKey = privateKey;
    this.publicKey = Buffer.concat([Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]).toString('base64');
  }

  /** @throws HttpFault when the header is no key */
  agreeWith(callerKey: string): SealedChannel {
    const bytes = Buffer.from(callerKey, 'base64');
    if (bytes.length !== 64) throw new HttpFault(401, 'header publickey');
    const [x, y] = [bytes.subarray(0, 32), bytes.subarray(32)].map((part) => part.toString('base64url'));
    try {
      const publicKey = createPublicKey({ format: 'jwk', key: { kty: 'EC', crv: 'secp256k1', x, y } });
      return new SealedChannel(diffieHellman({ privateKey: this.#privateKey, publicKey }));
    } catch {
      throw new HttpFault(401, 'header publickey');
    }
  }
}

/** Messages between the service and one caller's key. */
export class SealedChannel {
  constructor(private readonly secret: Buffer) {}

  lock(plain: string): string {
    const iv = randomBytes(16);
    const aes = createCipheriv('aes-256-gcm', this.secret, iv);
    const body = aes.update(plain, 'utf8', 'hex') + aes.final('hex');
    return Buffer.from(iv.toString('hex') + body + aes.getAuthTag().toString('hex'), 'hex').toString('base64');
  }

  /** Undefined for what was not locked for this channel. */
  unlock(locked: unknown): string | undefined {
    if (typeof locked !== 'string') return undefined;
    const whole = Buffer.from(locked, 'base64');
    if (whole.length < 32) return undefined;
    const aes = createDecipheriv('aes-256-gcm', this.secret, whole.subarray(0, 16));
    aes.setAuthTag(whole.subarray(whole.length - 16));
    try {
      return aes.update(whole.subarray(16, whole.length - 16), undefined, 'utf8') + aes.final('utf8');
    } catch {
      return undefined;
    }
  }
}
