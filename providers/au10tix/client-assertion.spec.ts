import { createPublicKey, generateKeyPairSync, verify, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Sensitive } from '../kit/index.js';
import { signClientAssertion } from './client-assertion.js';
import { au10tixEnvironment } from './config.js';

/** Signed by OpenSSL; the commands stand in the file. */
const vector = JSON.parse(readFileSync(new URL('./fixtures/client-assertion.json', import.meta.url), 'utf8')) as {
  signedAt: string;
  header: string;
  claims: string;
  privateKey: string;
  publicKey: string;
  assertion: string;
};
const AUDIENCE = 'https://login.au10tix.com/oauth2/aus3mlts5sbe9WD8V357/v1/token';
const SECONDS_OF_SAMPLE = 3500;

const publicKey = createPublicKey({ key: Buffer.from(vector.publicKey, 'base64'), format: 'der', type: 'spki' });
const privateKey = au10tixEnvironment.shape.AU10TIX_PRIVATE_KEY.parse(vector.privateKey);

const sign = (key: Sensitive<KeyObject> = privateKey, at = vector.signedAt) =>
  signClientAssertion({
    clientId: 'client-of-the-fixture',
    keyId: 'key-of-the-fixture',
    privateKey: key,
    audience: AUDIENCE,
    clock: { now: () => new Date(at) },
  });

/** RFC 7515 section 5.2 with RSASSA-PKCS1-v1_5 and SHA-256 (RFC 7518 section 3.3), by node:crypto alone. */
function opened(assertion: string, key: KeyObject) {
  const [header = '', claims = '', signature = '', ...more] = assertion.split('.');
  expect(more).toEqual([]);
  const text = (part: string) => Buffer.from(part, 'base64url').toString('utf8');
  const genuine = verify('RSA-SHA256', Buffer.from(`${header}.${claims}`), key, Buffer.from(signature, 'base64url'));
  return { genuine, header: text(header), claims: text(claims) };
}

describe('the client assertion', () => {
  it('is, byte for byte, what OpenSSL signs', async () => {
    expect(await sign()).toBe(vector.assertion);
  });

  it('holds by node:crypto, and says exactly what the sample says', async () => {
    const { genuine, header, claims } = opened(await sign(), publicKey);
    expect(genuine).toBe(true);
    expect([header, claims]).toEqual([vector.header, vector.claims]);
    expect(JSON.parse(header)).toEqual({ alg: 'RS256', kid: 'key-of-the-fixture' });
    expect(JSON.parse(claims)).toEqual({
      iss: 'client-of-the-fixture',
      sub: 'client-of-the-fixture',
      aud: AUDIENCE,
      exp: Date.parse(vector.signedAt) / 1000 + 300,
    });
  });

  it('ends well within what AU10TIX allows, in whole seconds of the injected clock', async () => {
    const at = '2026-11-22T10:00:00.999Z';
    const { exp } = JSON.parse(opened(await sign(privateKey, at), publicKey).claims) as { exp: number };
    expect(Number.isInteger(exp)).toBe(true);
    const life = exp - Math.floor(Date.parse(at) / 1000);
    expect(life).toBeGreaterThan(60);
    expect(life).toBeLessThanOrEqual(SECONDS_OF_SAMPLE);
  });

  it('does not hold under another key, or with one byte of it changed', async () => {
    const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });
    expect(opened(await sign(), stranger.publicKey).genuine).toBe(false);
    expect(opened(await sign(new Sensitive(stranger.privateKey)), publicKey).genuine).toBe(false);
    const [header = '', claims = '', signature = ''] = vector.assertion.split('.');
    for (const part of [0, 1, 2]) {
      const parts = [header, claims, signature].map((text) => Buffer.from(text, 'base64url'));
      const bytes = parts[part] as Buffer;
      bytes.writeUInt8(bytes.readUInt8(9) ^ 1, 9);
      const changed = parts.map((bytesOf) => bytesOf.toString('base64url')).join('.');
      expect(opened(changed, publicKey).genuine).toBe(false);
    }
  });
});
