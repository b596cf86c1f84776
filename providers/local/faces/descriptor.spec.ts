import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BAND_LIMITS, bandOf, COMPARISON_BANDS } from './comparison-bands.js';
import { normaliseDescriptor, similarityOf } from './descriptor.js';

describe('normaliseDescriptor', () => {
  it.each([
    ['zeros', new Float32Array(128)],
    ['one NaN', new Float32Array(128).fill(0.1).fill(NaN, 5, 6)],
    ['an infinity', new Float32Array(128).fill(0.1).fill(Infinity, 5, 6)],
    ['too few numbers', new Float32Array(127).fill(0.1)],
    ['none', new Float32Array(0)],
  ])('gives nothing for %s', (_, values) => {
    expect(normaliseDescriptor(values)).toBeUndefined();
  });

  it('never lets anything but a finite cosine through', () => {
    const vector = fc.array(fc.float(), { minLength: 128, maxLength: 128 }).map((values) => Float32Array.from(values));
    fc.assert(
      fc.property(vector, vector, (one, other) => {
        const left = normaliseDescriptor(one);
        const right = normaliseDescriptor(other);
        if (!left || !right) return;
        expect(Math.abs(similarityOf(left, right))).toBeLessThanOrEqual(1.00001);
        expect(similarityOf(left, left)).toBeCloseTo(1, 4);
      }),
    );
  });
});

describe('bandOf', () => {
  it.each([
    [NaN, 'different'],
    [Infinity, 'different'],
    [-Infinity, 'different'],
    [1.5, 'different'],
    [-1, 'different'],
    [BAND_LIMITS.unsure - 1e-9, 'different'],
    [BAND_LIMITS.unsure, 'unsure'],
    [BAND_LIMITS.match - 1e-9, 'unsure'],
    [BAND_LIMITS.match, 'match'],
    [BAND_LIMITS.strong, 'strong'],
    [1, 'strong'],
  ])('of %d is %s', (similarity, band) => {
    expect(bandOf(similarity)).toBe(band);
  });

  it('never falls as faces become more alike', () => {
    const cosine = fc.double({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(cosine, cosine, (one, other) => {
        const [low, high] = one < other ? [one, other] : [other, one];
        expect(COMPARISON_BANDS.indexOf(bandOf(high))).toBeLessThanOrEqual(COMPARISON_BANDS.indexOf(bandOf(low)));
      }),
    );
  });
});
