import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bandOf, COMPARISON_BANDS, type BandLimits } from './comparison-bands.js';
import { normaliseDescriptor, similarityOf } from './descriptor.js';
import { BUILT_IN_SETS } from './model-sets.js';

const LENGTH = 128;

describe('normaliseDescriptor, so that no degenerate answer of a network is compared (T76)', () => {
  it.each([
    ['zeros', new Float32Array(LENGTH)],
    ['almost zeros', new Float32Array(LENGTH).fill(1e-12)],
    ['one NaN', new Float32Array(LENGTH).fill(0.1).fill(NaN, 5, 6)],
    ['an infinity', new Float32Array(LENGTH).fill(0.1).fill(Infinity, 5, 6)],
    ['too few numbers', new Float32Array(LENGTH - 1).fill(0.1)],
    ['none', new Float32Array(0)],
  ])('gives nothing for %s', (_, values) => {
    expect(normaliseDescriptor(values, LENGTH)).toBeUndefined();
  });

  it('never lets anything but a finite cosine through', () => {
    const vector = fc
      .array(fc.float(), { minLength: LENGTH, maxLength: LENGTH })
      .map((values) => Float32Array.from(values));
    fc.assert(
      fc.property(vector, vector, (one, other) => {
        const left = normaliseDescriptor(one, LENGTH);
        const right = normaliseDescriptor(other, LENGTH);
        if (!left || !right) return;
        expect(Math.abs(similarityOf(left, right))).toBeLessThanOrEqual(1.00001);
        expect(similarityOf(left, left)).toBeCloseTo(1, 4);
      }),
    );
  });
});

describe.each(Object.values(BUILT_IN_SETS))('the bands of $name', ({ calibration: { limits }, score, inputs }) => {
  it.each([[NaN], [Infinity], [-Infinity]])('take %d for different (T76)', (value) => {
    expect(bandOf(value, limits)).toBe('different');
    expect(bandOf(score([value, value]), limits)).toBe('different');
  });

  it('take cosines that are missing for different (T76)', () => {
    expect(bandOf(score([]), limits)).toBe('different');
  });

  it('begin exactly at their limits', () => {
    expect(bandOf(limits.strong.from, limits)).toBe('strong');
    expect(bandOf(limits.match.from, limits)).toBe('match');
    expect(bandOf(limits.match.from - 1e-9, limits)).toBe('unsure');
    expect(bandOf(limits.unsure.from, limits)).toBe('unsure');
    expect(bandOf(limits.unsure.from - 1e-9, limits)).toBe('different');
  });

  it('never fall as faces become more alike', () => {
    const cosine = fc.double({ min: -1, max: 1, noNaN: true });
    const pair = fc.tuple(cosine, cosine).map(([one, other]) => [Math.min(one, other), Math.max(one, other)] as const);
    const ranks = (values: number[]) => rankOf(score(values), limits);
    fc.assert(
      fc.property(fc.array(pair, { minLength: inputs.length, maxLength: inputs.length }), (pairs) => {
        expect(ranks(pairs.map(([, high]) => high))).toBeLessThanOrEqual(ranks(pairs.map(([low]) => low)));
      }),
    );
  });

  it('state a false match rate that falls with the band', () => {
    expect(limits.match.falseMatchRate).toBeLessThanOrEqual(0.001);
    expect(limits.strong.falseMatchRate).toBeLessThan(limits.match.falseMatchRate);
  });
});

function rankOf(score: number, limits: BandLimits): number {
  return COMPARISON_BANDS.indexOf(bandOf(score, limits));
}
