import { describe, expect, it } from '@jest/globals';
import { KeyRing, withoutSecret } from '../platform/crypto/key-ring.js';
import { addUse, lacking, type KeyNeeds } from './key-usage.js';
import type { UseEnds } from './key-uses.js';

const file = { keys: [...KeyRing.generate('k1').keys, ...KeyRing.generate('k2').keys] };
const without = new KeyRing(withoutSecret(file, 'k1'));
const needing = (ring: KeyRing, ends: UseEnds, keyId = 'k1'): KeyNeeds[] =>
  addUse({ keys: [], ring }, { use: 'something', ends, counts: new Map([[keyId, 1]]) });

describe('what a key ring lacks', () => {
  it('is nothing while it has the secret', () => {
    for (const ends of ['resealed', 'expires', 'replaced', 'verified'] as const)
      expect(lacking(needing(new KeyRing(file), ends))).toEqual([]);
  });

  it('is nothing that the public halves are enough for', () => {
    expect(lacking(needing(without, 'verified'))).toEqual([]);
  });

  it('was given up where only the public halves were kept, but not if it could have been resealed', () => {
    const lack = { keyId: 'k1', uses: ['something'] };
    expect(lacking(needing(without, 'replaced'))).toEqual([{ ...lack, givenUp: true }]);
    expect(lacking(needing(without, 'expires'))).toEqual([{ ...lack, givenUp: true }]);
    expect(lacking(needing(without, 'resealed'))).toEqual([{ ...lack, givenUp: false }]);
  });

  it('is everything of a key that nobody knows, signatures too', () => {
    for (const ends of ['resealed', 'expires', 'replaced', 'verified'] as const)
      expect(lacking(needing(without, ends, 'k0'))).toEqual([{ keyId: 'k0', uses: ['something'], givenUp: false }]);
  });
});
