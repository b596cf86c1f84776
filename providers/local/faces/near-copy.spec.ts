import { describe, expect, it } from '@jest/globals';
import { copyCorrelation, NEAR_COPY_CORRELATION } from './near-copy.js';
import { mirrorPatch, type Patch } from './patch.js';

const SIZE = 150;

describe('copyCorrelation', () => {
  const original = patchOf((x, y) => 120 + 60 * Math.sin(x / 7 + Math.cos(y / 11)) + 30 * Math.cos(y / 5 - x / 17));

  it.each([
    ['itself', original],
    ['a darker, flatter copy', change(original, (value) => 0.5 * value + 20)],
    ['its mirror image', mirrorPatch(original)],
    ['a copy three pixels off', patchOf((x, y) => valueAt(original, Math.min(SIZE - 1, x + 3), y))],
  ])('is high for %s', (_, other) => {
    expect(copyCorrelation(original, other)).toBeGreaterThan(NEAR_COPY_CORRELATION);
  });

  it.each([
    [
      'another picture',
      patchOf((x, y) => 120 + 60 * Math.cos(x / 13 - Math.sin(y / 4)) + 30 * Math.sin(y / 9 + x / 6)),
    ],
    ['a flat one', patchOf(() => 128)],
    ['one that is not numbers', patchOf(() => NaN)],
  ])('is low for %s', (_, other) => {
    expect(copyCorrelation(original, other)).toBeLessThan(NEAR_COPY_CORRELATION);
  });
});

function patchOf(value: (x: number, y: number) => number): Patch {
  const values = Float32Array.from({ length: 3 * SIZE * SIZE }, (_, index) => {
    const at = index % (SIZE * SIZE);
    return value(at % SIZE, Math.floor(at / SIZE));
  });
  return { size: SIZE, values };
}

function change({ size, values }: Patch, value: (from: number) => number): Patch {
  return { size, values: values.map(value) };
}

function valueAt({ values }: Patch, x: number, y: number): number {
  return values[y * SIZE + x] ?? 0;
}
