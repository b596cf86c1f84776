import { randomBytes, randomInt, randomUUID } from 'node:crypto';
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
    'Kennwort-Kennwort-1',
    'Willkommen-im-Geheimdienst-2026',
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
    'qwertzuiopasdfghjklyxcvbnm1234567890',
    'Rosenheim#7-Rosenheim#7',
    'abbabaabbaababbabaababbaabbabaab',
  ])('has too little entropy: %s', (secret) => {
    expect(weaknessOf(secret, TOKEN_BITS)).toBe('has too little entropy');
  });

  it('is not one that a machine made', () => {
    const made = {
      hex32: () => randomBytes(16).toString('hex'),
      hex64: () => randomBytes(32).toString('hex'),
      uuid: () => randomUUID(),
      base64: () => randomBytes(32).toString('base64'),
      base64url: () => randomBytes(32).toString('base64url'),
    };
    // Six letters of a word stand in a random text once in a million.
    for (const [kind, make] of Object.entries(made)) {
      const refused = Array.from({ length: 1_000 }, make).filter((secret) => weaknessOf(secret, TOKEN_BITS));
      expect([kind, refused]).toEqual([kind, []]);
    }
  });

  it('is not a password of sixteen random characters, of any kind', () => {
    const hex = Array.from({ length: 1_000 }, () => randomBytes(8).toString('hex'));
    const digits = Array.from({ length: 1_000 }, () => String(randomInt(1e8, 1e9)) + String(randomInt(1e8, 1e9)));
    // Of so few digits some happen to count or to repeat themselves.
    expect(hex.filter((secret) => weaknessOf(secret, PASSWORD_BITS)).length).toBeLessThan(5);
    expect(digits.filter((secret) => weaknessOf(secret, PASSWORD_BITS)).length).toBeLessThan(20);
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
    for (const secret of ['summer26', 'qwertzuiopasdfgh', 'Haus-Haus-Haus-Haus', '2026202620262026', '']) {
      expect([secret, weaknessOf(secret, PASSWORD_BITS)]).toEqual([secret, 'has too little entropy']);
    }
  });
});
