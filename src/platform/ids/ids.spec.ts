import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ID_PREFIXES, isCanonicalSecret, newDigits, newId, newReference, newSecret, SECRET_PATTERN } from './ids.js';

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Every other text a lenient base64 decoder would read as the same 32 bytes (T27). */
function otherSpellings(secret: string): string[] {
  const last = secret.at(-1) ?? '';
  const group = Math.floor(BASE64URL.indexOf(last) / 4) * 4;
  const siblings = [...BASE64URL.slice(group, group + 4)].filter((letter) => letter !== last);
  const stem = secret.slice(0, -1);
  return [
    ...siblings.map((letter) => stem + letter),
    `${secret}=`,
    `${secret}\n`,
    ` ${secret}`,
    `${secret.slice(0, 10)} ${secret.slice(10)}`,
    Buffer.from(secret, 'base64url').toString('base64'),
    encodeURIComponent(`${secret}=`),
  ];
}

describe('secrets', () => {
  it('are 256 bits in 43 characters of base64url, none repeated in 100,000 (T16)', () => {
    const secrets = Array.from({ length: 100_000 }, newSecret);
    expect(new Set(secrets).size).toBe(secrets.length);
    expect(secrets.every((secret) => SECRET_PATTERN.test(secret) && isCanonicalSecret(secret))).toBe(true);
    expect(Buffer.from(secrets[0] ?? '', 'base64url')).toHaveLength(32);
  });

  it('use every letter at every place about equally often', () => {
    const rounds = 20_000;
    const counts = new Map<string, number>();
    for (let round = 0; round < rounds; round += 1) {
      const letter = newSecret()[round % 42] ?? '';
      counts.set(letter, (counts.get(letter) ?? 0) + 1);
    }
    expect(counts.size).toBe(64);
    // 312 expected; seven standard deviations either side.
    for (const count of counts.values()) expect(Math.abs(count - rounds / 64)).toBeLessThan(124);
  });

  it('have one spelling (T27)', () => {
    for (let round = 0; round < 200; round += 1) {
      const secret = newSecret();
      for (const other of otherSpellings(secret)) expect(isCanonicalSecret(other)).toBe(false);
    }
  });

  it('are refused when cut, lengthened or anything but a text of that shape', () => {
    const secret = newSecret();
    for (let length = 0; length < secret.length; length += 1)
      expect(isCanonicalSecret(secret.slice(0, length))).toBe(false);
    expect(isCanonicalSecret(secret + secret)).toBe(false);
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 60 }),
        (text) =>
          isCanonicalSecret(text) ===
          (text === Buffer.from(text, 'base64url').toString('base64url') && text.length === 43),
      ),
    );
  });
});

describe('ids', () => {
  const AT = new Date('2026-11-22T12:00:00.000Z');

  it.each(ID_PREFIXES)('%s: prefix and 26 characters', (prefix) => {
    expect(newId(prefix, AT)).toMatch(new RegExp(`^${prefix}_[0-9a-hjkmnp-tv-z]{26}$`));
  });

  it('do not repeat within one millisecond', () => {
    expect(new Set(Array.from({ length: 50_000 }, () => newId('rc', AT))).size).toBe(50_000);
  });

  it('sort by time as text', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4e12 }),
        fc.integer({ min: 1, max: 4e12 }),
        (start, later) => newId('rc', new Date(start)) < newId('rc', new Date(start + later)),
      ),
    );
  });
});

describe('what people say', () => {
  it('has no letters that sound or look alike', () => {
    for (let round = 0; round < 1_000; round += 1) expect(newReference()).toMatch(/^REC-[2-9ABCDEFGHJKMNP-TV-Z]{6}$/);
  });

  it('digits keep leading zeros', () => {
    const codes = Array.from({ length: 2_000 }, () => newDigits(4));
    expect(codes.every((code) => /^\d{4}$/.test(code))).toBe(true);
    expect(codes.some((code) => code.startsWith('0'))).toBe(true);
  });
});
