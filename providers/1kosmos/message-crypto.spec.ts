import { readFileSync } from 'node:fs';
import { gcm } from '@noble/ciphers/aes.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ProviderError, Sensitive } from '../kit/index.js';
import { keyPair, open, seal } from './message-crypto.js';
import { SealedChannel, ServiceKey } from './simulator/sealed-exchange.js';

/**
 * Three implementations against each other: ours and the simulator's, both on node's OpenSSL but by different calls, and
 * noble's, which is plain JavaScript and shares nothing with either. The fixture adds the openssl command and pyca.
 */
interface Vector {
  privateKey: string;
  publicKey: string;
  servicePrivateKey: string;
  servicePublicKey: string;
  sharedKey: string;
  iv: string;
  text: string;
  sealed: string;
}

const { vectors } = JSON.parse(readFileSync(new URL('./fixtures/crypto-vectors.json', import.meta.url), 'utf8')) as {
  vectors: Vector[];
};

const bytes = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'));
const base64 = (value: Uint8Array) => Buffer.from(value).toString('base64');
const sealedPrivateKey = (value: Uint8Array) => new Sensitive(base64(value));
const codeOf = (run: () => unknown): string => {
  try {
    run();
    return 'no error';
  } catch (error) {
    return error instanceof ProviderError ? error.code : String(error);
  }
};

const noble = {
  publicKey: (privateKey: Uint8Array) => base64(secp256k1.getPublicKey(privateKey, false).subarray(1)),
  sharedKey: (privateKey: Uint8Array, publicKey: string) =>
    secp256k1.getSharedSecret(privateKey, Uint8Array.of(4, ...bytes(publicKey)), true).subarray(1),
  seal: (text: string, key: Uint8Array, iv: Uint8Array) =>
    base64(Uint8Array.of(...iv, ...gcm(key, iv).encrypt(new TextEncoder().encode(text)))),
  open: (sealed: string, key: Uint8Array) =>
    new TextDecoder().decode(gcm(key, bytes(sealed).subarray(0, 16)).decrypt(bytes(sealed).subarray(16))),
};

const privateKeys = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .filter((key) => secp256k1.utils.isValidSecretKey(key));
const keys = fc.uint8Array({ minLength: 32, maxLength: 32 });
const ivs = fc.uint8Array({ minLength: 16, maxLength: 16 });
const texts = fc.string({ unit: 'grapheme', maxLength: 300 });

describe('the recorded vectors of openssl and pyca', () => {
  it('hold for noble too, so they are not one library’s opinion', () => {
    expect(vectors.length).toBe(4);
    for (const vector of vectors) {
      expect(noble.publicKey(bytes(vector.privateKey))).toBe(vector.publicKey);
      expect(noble.publicKey(bytes(vector.servicePrivateKey))).toBe(vector.servicePublicKey);
      expect(base64(noble.sharedKey(bytes(vector.privateKey), vector.servicePublicKey))).toBe(vector.sharedKey);
      expect(base64(noble.sharedKey(bytes(vector.servicePrivateKey), vector.publicKey))).toBe(vector.sharedKey);
      expect(noble.seal(vector.text, bytes(vector.sharedKey), bytes(vector.iv))).toBe(vector.sealed);
    }
  });

  it.each(vectors)('are what we send, byte for byte, and what we read: $text', (vector) => {
    const own = keyPair(new Sensitive(vector.privateKey));
    const service = keyPair(new Sensitive(vector.servicePrivateKey));
    expect([own.publicKey, service.publicKey]).toEqual([vector.publicKey, vector.servicePublicKey]);
    expect(own.sharedKeyWith(vector.servicePublicKey).toString('base64')).toBe(vector.sharedKey);
    expect(service.sharedKeyWith(vector.publicKey).toString('base64')).toBe(vector.sharedKey);
    expect(seal(vector.text, bytes(vector.sharedKey), bytes(vector.iv))).toBe(vector.sealed);
    expect(open(vector.sealed, bytes(vector.sharedKey)).toString('utf8')).toBe(vector.text);
  });

  it.each(vectors)('are what the simulator reads: $text', ({ sharedKey, sealed, text }) => {
    const channel = new SealedChannel(Buffer.from(sharedKey, 'base64'));
    expect(channel.unlock(sealed)).toBe(text);
    expect(noble.open(channel.lock(text), bytes(sharedKey))).toBe(text);
  });

  it('hold one shared key that begins with a zero byte', () => {
    expect(vectors.filter(({ sharedKey }) => bytes(sharedKey)[0] === 0)).toHaveLength(1);
  });
});

describe('our end against noble', () => {
  it('agrees on the same key for any two private keys, from either side', () => {
    const property = fc.property(privateKeys, privateKeys, (ours, theirs) => {
      const own = keyPair(sealedPrivateKey(ours));
      expect(own.publicKey).toBe(noble.publicKey(ours));
      const shared = base64(own.sharedKeyWith(noble.publicKey(theirs)));
      expect(shared).toBe(base64(noble.sharedKey(ours, noble.publicKey(theirs))));
      expect(shared).toBe(base64(noble.sharedKey(theirs, own.publicKey)));
    });
    fc.assert(property, { numRuns: 50 });
  });

  it('seals the same bytes for any text, key and IV, and each opens what the other sealed', () => {
    const property = fc.property(texts, keys, ivs, (text, key, iv) => {
      expect(seal(text, key, iv)).toBe(noble.seal(text, key, iv));
      expect(noble.open(seal(text, key), key)).toBe(text);
      expect(open(noble.seal(text, key, iv), key).toString('utf8')).toBe(text);
    });
    fc.assert(property, { numRuns: 200 });
  });

  it('never seals twice alike, and has another key each time', () => {
    const key = new Uint8Array(32);
    expect(new Set(Array.from({ length: 100 }, () => seal('x', key).slice(0, 21))).size).toBe(100);
    expect(new Set(Array.from({ length: 20 }, () => keyPair().publicKey)).size).toBe(20);
  });
});

describe('the simulator’s end against noble', () => {
  it('agrees, reads and is read, for any caller', () => {
    const service = new ServiceKey();
    const property = fc.property(privateKeys, texts, ivs, (caller, text, iv) => {
      const key = noble.sharedKey(caller, service.publicKey);
      const channel = service.agreeWith(noble.publicKey(caller));
      expect(channel.unlock(noble.seal(text, key, iv))).toBe(text);
      expect(noble.open(channel.lock(text), key)).toBe(text);
    });
    fc.assert(property, { numRuns: 50 });
  });
});

describe('what is refused', () => {
  const key = new Uint8Array(32).fill(7);

  it('a sealed message in which any one bit differs', () => {
    const property = fc.property(texts, fc.nat(), (text, at) => {
      const sealed = bytes(seal(text, key));
      const bit = at % (sealed.length * 8);
      sealed[bit >> 3] = (sealed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(codeOf(() => open(base64(sealed), key))).toBe('not_authentic');
      expect(new SealedChannel(Buffer.from(key)).unlock(base64(sealed))).toBeUndefined();
    });
    fc.assert(property, { numRuns: 300 });
  });

  it('a message that is cut, or sealed with any other key', () => {
    const property = fc.property(texts, keys, fc.integer({ min: 1, max: 16 }), (text, other, cut) => {
      fc.pre(base64(other) !== base64(key));
      expect(codeOf(() => open(seal(text, other), key))).toBe('not_authentic');
      const shorter = base64(bytes(seal(text, key)).subarray(0, -cut));
      expect(['not_authentic', 'unintelligible']).toContain(codeOf(() => open(shorter, key)));
    });
    fc.assert(property, { numRuns: 200 });
  });

  it('a tag that is shorter than 16 bytes: what is in its place is none', () => {
    const sealed = bytes(seal('text', key));
    const withoutText = Uint8Array.of(...sealed.subarray(0, 16), ...sealed.subarray(-12));
    expect(codeOf(() => open(base64(withoutText), key))).toBe('unintelligible');
  });

  it.each(['', 'approved', 'AAAA', `${'A'.repeat(43)}\n`, '§'.repeat(64), base64(new Uint8Array(31))])(
    '%j: no sealed message',
    (text) => {
      expect(codeOf(() => open(text, key))).toBe('unintelligible');
    },
  );

  it('any text at all, without anything but a ProviderError', () => {
    const property = fc.property(fc.oneof(fc.string(), fc.base64String()), (text) => {
      expect(['not_authentic', 'unintelligible']).toContain(codeOf(() => open(text, key)));
    });
    fc.assert(property);
  });

  const genuine = bytes(vectors[0]?.servicePublicKey ?? '');
  const offTheCurve = genuine.map((byte, index) => (index === 63 ? byte ^ 1 : byte));
  it.each([
    ['a point that is not on the curve', base64(offTheCurve)],
    ['the point of all zeros', base64(new Uint8Array(64))],
    ['coordinates beyond the field', base64(new Uint8Array(64).fill(255))],
    ['the uncompressed form with its leading byte', base64(Uint8Array.of(4, ...genuine))],
    ['the compressed form', base64(Uint8Array.of(2, ...genuine.subarray(0, 32)))],
    ['base64url', base64(genuine).replaceAll('+', '-').replaceAll('/', '_').replace('=', '')],
    ['nothing', ''],
  ])('%s as a public key', (_what, publicKey) => {
    expect(codeOf(() => keyPair().sharedKeyWith(publicKey))).toBe('unintelligible');
    if (publicKey.length === 88 && bytes(publicKey).length === 64)
      expect(() => new ServiceKey().agreeWith(publicKey)).toThrow('header publickey');
  });

  it.each([
    ['zero', base64(new Uint8Array(32))],
    [
      'the order of the curve',
      base64(Buffer.from('fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141', 'hex')),
    ],
    ['31 bytes', base64(new Uint8Array(31).fill(1))],
    ['hexadecimal', '01'.repeat(32)],
  ])('%s as a private key, without repeating it', (_what, text) => {
    const attempt = () => keyPair(new Sensitive(text));
    expect(attempt).toThrow(RangeError);
    expect(attempt).not.toThrow(text);
  });
});
