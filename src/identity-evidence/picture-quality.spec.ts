import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { pictureFaults } from './picture-quality.js';

const GOOD = { width: 1200, height: 900, sharpness: 300, meanLuminance: 130 };

describe('pictureFaults', () => {
  it.each([
    ['a good picture', {}, []],
    ['a thumbnail', { width: 160, height: 120 }, ['low_resolution']],
    ['one short edge', { width: 4000, height: 150 }, ['low_resolution']],
    ['a lens cap', { meanLuminance: 3, sharpness: 0 }, ['too_dark']],
    ['a white wall', { meanLuminance: 254, sharpness: 0 }, ['too_bright']],
    ['a moved camera', { sharpness: 2 }, ['blur']],
  ])('%s', (_name, change, expected) => {
    expect(pictureFaults('selfie', { ...GOOD, ...change })).toEqual(expected);
  });

  it('lets a document be brighter than a face', () => {
    const bright = { ...GOOD, meanLuminance: 240 };
    expect(pictureFaults('document_front', bright)).toEqual([]);
    expect(pictureFaults('selfie', bright)).toEqual(['too_bright']);
  });

  it('takes no measure that is not a number for a good one', () => {
    const measure = fc.constantFrom('width', 'height', 'sharpness', 'meanLuminance');
    fc.assert(
      fc.property(measure, (name) => {
        expect(pictureFaults('selfie', { ...GOOD, [name]: Number.NaN })).not.toEqual([]);
      }),
    );
  });
});
