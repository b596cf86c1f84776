import { generateKeySync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { KeyRing } from './key-ring.js';
import { openWithKey, openWithRing, SealBrokenError, sealWithKey, sealWithRing } from './sealing.js';

const newKey = () => generateKeySync('aes', { length: 256 });
const key = newKey();
const bytes = fc.uint8Array({ maxLength: 300 });

describe('sealing with a key', () => {
  it('opens what was sealed, for any bytes and any context', () => {
    fc.assert(
      fc.property(bytes, fc.string(), (plain, context) =>
        openWithKey(key, sealWithKey(key, plain, context), context).equals(plain),
      ),
    );
  });

  it('never gives the same bytes twice', () => {
    const sealed = Array.from({ length: 2_000 }, () =>
      sealWithKey(key, Buffer.from('same'), 'context').toString('hex'),
    );
    expect(new Set(sealed).size).toBe(sealed.length);
  });

  it('does not open with any one bit changed', () => {
    const sealed = sealWithKey(key, Buffer.from('twenty-one characters'), 'context');
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const changed = Buffer.from(sealed);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => openWithKey(key, changed, 'context')).toThrow(SealBrokenError);
    }
  });

  it('does not open when cut anywhere: a short tag would be easy to forge', () => {
    const sealed = sealWithKey(key, Buffer.from('twenty-one characters'), 'context');
    for (let length = 0; length < sealed.length; length += 1)
      expect(() => openWithKey(key, sealed.subarray(0, length), 'context')).toThrow(SealBrokenError);
  });

  it('does not open in another context: a value moved to another row or case (T74)', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (context, other) => {
        fc.pre(context !== other);
        expect(() => openWithKey(key, sealWithKey(key, Buffer.from('x'), context), other)).toThrow(SealBrokenError);
      }),
    );
  });

  it('does not open with another key, and says only the context', () => {
    const sealed = sealWithKey(key, Buffer.from('a secret'), 'case:1:reason');
    expect(() => openWithKey(newKey(), sealed, 'case:1:reason')).toThrow('sealed value does not open: case:1:reason');
  });
});

describe('sealing with the ring', () => {
  const [first, second] = [KeyRing.generate('k1').keys, KeyRing.generate('k2').keys];
  const before = new KeyRing({ keys: first });
  const during = new KeyRing({ keys: [...first, ...second] });
  const after = new KeyRing({ keys: second });

  it('opens with the key that sealed, as long as it is in the file', () => {
    const sealed = sealWithRing(before, Buffer.from('plain'), 'context');
    expect(openWithRing(during, sealed, 'context').toString()).toBe('plain');
    expect(() => openWithRing(after, sealed, 'context')).toThrow(SealBrokenError);
    expect(openWithRing(after, sealWithRing(during, Buffer.from('plain'), 'context'), 'context').toString()).toBe(
      'plain',
    );
  });

  it('a changed key id opens nothing', () => {
    const sealed = sealWithRing(before, Buffer.from('plain'), 'context');
    const relabelled = Buffer.from(sealed);
    relabelled.write('k2', 1, 'ascii');
    expect(() => openWithRing(during, relabelled, 'context')).toThrow(SealBrokenError);
  });

  it('throws one kind of error for any bytes at all', () => {
    fc.assert(
      fc.property(bytes, (noise) => {
        expect(() => openWithRing(during, noise, 'context')).toThrow(SealBrokenError);
      }),
    );
  });
});
