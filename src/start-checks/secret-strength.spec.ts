import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PASSWORD_BITS, TOKEN_BITS, weaknessOf } from './secret-strength.js';

describe('a secret that must not guard anything', () => {
  it.each([
    'change-me',
    'changeme-changeme-changeme-changeme',
    'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    'minioadmin',
    'postgres',
    '0123456789abcdef0123456789abcdef',
    'MySuperSecretAdminTokenOfTheYear2026',
    'development-token-0987654321-abcdef',
  ])('is known from examples: %s', (secret) => {
    expect(weaknessOf(secret, TOKEN_BITS)).toBe('is known from examples');
  });

  it.each([
    'a'.repeat(64),
    'hunter2-hunter2-hunter2-hunter2-hunter2',
    'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ',
    'f0e1d2c3b4a5f0e1d2c3b4a5f0e1d2c3b4a5',
    'aabbccddeeffaabbccddeeff00112233',
    'k7Q2xV9p',
  ])('has too little entropy: %s', (secret) => {
    expect(weaknessOf(secret, TOKEN_BITS)).toBe('has too little entropy');
  });

  it('is not one that a machine made', () => {
    fc.assert(
      fc.property(fc.constantFrom<BufferEncoding[]>('base64', 'base64url', 'hex'), (encoding) => {
        const found = weaknessOf(randomBytes(32).toString(encoding), TOKEN_BITS);
        // Six letters of a word stand in a random text once in a million.
        expect(found).not.toBe('has too little entropy');
      }),
      { numRuns: 500 },
    );
  });

  it('repeating a text makes it no stronger', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 12 }), fc.integer({ min: 2, max: 20 }), (text, times) => {
        const [once, often] = [weaknessOf(text, TOKEN_BITS), weaknessOf(text.repeat(times), TOKEN_BITS)];
        expect(once === undefined || often !== undefined).toBe(true);
      }),
    );
  });

  it('is judged more mildly where a person chose it, but not mildly', () => {
    expect(weaknessOf('tR7-pq_9Xw2mKz', PASSWORD_BITS)).toBeUndefined();
    expect(weaknessOf('summer26', PASSWORD_BITS)).toBe('has too little entropy');
  });
});
