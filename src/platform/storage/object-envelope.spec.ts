import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ENVELOPE_BYTES, openObject, sealObject } from './object-envelope.js';
import { ObjectCorruptError } from './object-store.errors.js';

describe('object envelope', () => {
  it('opens to the same bytes under the same key only', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
        const sealed = sealObject('ev/a', bytes);
        expect(sealed).toHaveLength(bytes.length + ENVELOPE_BYTES);
        expect(Buffer.compare(openObject('ev/a', sealed), bytes)).toBe(0);
        expect(() => openObject('ev/b', sealed)).toThrow(ObjectCorruptError);
      }),
    );
  });

  it('refuses any change of any byte, any cut and any addition', () => {
    const sealed = sealObject('ev/a', Buffer.from('picture'));
    const change = fc.record({ at: fc.nat(sealed.length - 1), bits: fc.integer({ min: 1, max: 255 }) });
    fc.assert(
      fc.property(change, fc.uint8Array({ minLength: 1, maxLength: 9 }), ({ at, bits }, tail) => {
        const changed = Uint8Array.from(sealed, (byte, index) => (index === at ? byte ^ bits : byte));
        for (const wrong of [changed, sealed.subarray(0, at), Buffer.concat([sealed, tail])]) {
          expect(() => openObject('ev/a', wrong)).toThrow(ObjectCorruptError);
        }
      }),
    );
  });
});
