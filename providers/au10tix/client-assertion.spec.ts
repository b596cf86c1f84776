import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Sensitive } from '../kit/index.js';
import { signClientAssertion } from './client-assertion.js';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const options = {
  clientId: 'client-1',
  keyId: 'key-1',
  privateKey: new Sensitive(privateKey),
  audience: 'https://login.au10tix.com/oauth2/aus3mlts5sbe9WD8V357/v1/token',
  clock: { now: () => new Date('2026-11-22T10:00:00Z') },
};
const NOW_SECONDS = 1_795_341_600;
const member = (part: string | undefined): unknown => JSON.parse(Buffer.from(part ?? '', 'base64url').toString('utf8'));

/** RFC 7515 and RFC 8017 by node's own cryptography: nothing of the library that signs is used here. */
describe('the client assertion, by an independent implementation', () => {
  it('has exactly the header and the claims of AU10TIX’s sample', async () => {
    const [header, claims] = (await signClientAssertion(options)).split('.');
    expect(member(header)).toEqual({ alg: 'RS256', kid: 'key-1' });
    expect(member(claims)).toEqual({
      iss: 'client-1',
      sub: 'client-1',
      aud: 'https://login.au10tix.com/oauth2/aus3mlts5sbe9WD8V357/v1/token',
      exp: NOW_SECONDS + 300,
    });
  });

  it('carries an RSASSA-PKCS1-v1_5 signature with SHA-256 over the bytes that were sent', async () => {
    const [header = '', claims = '', signature = ''] = (await signClientAssertion(options)).split('.');
    const signed = Buffer.from(`${header}.${claims}`, 'ascii');
    expect(
      verify(
        'sha256',
        signed,
        createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })),
        Buffer.from(signature, 'base64url'),
      ),
    ).toBe(true);
    expect(verify('sha256', Buffer.from(`${header}.${claims}x`), publicKey, Buffer.from(signature, 'base64url'))).toBe(
      false,
    );
    // PKCS#1 v1.5 is deterministic: node’s signature over the same bytes is the same, byte for byte.
    expect(signature).toBe(sign('sha256', signed, privateKey).toString('base64url'));
  });
});
