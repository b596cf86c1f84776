import { describe, expect, it } from '@jest/globals';
import { paintPicture } from '../../../test/support/found-face.js';
import { stretchPatch } from './contrast.js';
import { cutPatch, cutWholePatch, type Patch } from './patch.js';

const SIZE = 60;
const SHRUNK = { a: 6, b: 0, shiftX: 0, shiftY: 0 };

describe('cutWholePatch', () => {
  it('makes no coarse stripes of fine ones, as a screen has them (T73)', () => {
    const stripes = paintPicture(6 * SIZE, (x) => 128 + 100 * Math.sin((2 * Math.PI * x) / 2.1));
    expect(rangeOf(cutPatch(stripes, SHRUNK, SIZE))).toBeGreaterThan(60);
    expect(rangeOf(cutWholePatch(stripes, SHRUNK, SIZE))).toBeLessThan(20);
  });

  it('is the same patch where nothing is that fine', () => {
    const hills = paintPicture(6 * SIZE, (x, y) => 128 + 60 * Math.sin(x / 40) * Math.cos(y / 50));
    const [whole, sampled] = [cutWholePatch(hills, SHRUNK, SIZE), cutPatch(hills, SHRUNK, SIZE)];
    whole.values.forEach((value, at) => expect(Math.abs(value - (sampled.values[at] ?? 0))).toBeLessThan(2));
  });
});

describe('stretchPatch', () => {
  it('gives pale print its black and white back, all colours alike', () => {
    const pale = paintPicture(SIZE, (x) => 150 + (40 * x) / SIZE);
    const inside = { a: 1, b: 0, shiftX: 10, shiftY: 10 };
    const { values } = stretchPatch(cutPatch(pale, inside, 40));
    expect(rangeOf({ size: 40, values })).toBeCloseTo(255, 3);
    expect(Math.abs((values[20] ?? 0) - 128)).toBeLessThan(15);
  });

  it('makes numbers of a patch of one colour', () => {
    const flat = { size: 2, values: new Float32Array(12).fill(77) };
    expect([...stretchPatch(flat).values].every(Number.isFinite)).toBe(true);
  });
});

function rangeOf({ values }: Patch): number {
  return Math.max(...values) - Math.min(...values);
}
