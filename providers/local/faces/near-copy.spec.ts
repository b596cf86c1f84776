import { describe, expect, it } from '@jest/globals';
import { copyCorrelation, NEAR_COPY_CORRELATION } from './near-copy.js';
import { mirrorPatch, type Patch } from './patch.js';

const SIZE = 50;

describe('copyCorrelation, by which a selfie cut out of the document is caught (T73)', () => {
  const original = patchOf(
    (x, y) => 120 + 60 * Math.sin(x / 2.3 + Math.cos(y / 3.7)) + 30 * Math.cos(y / 1.7 - x / 5.7),
  );

  it.each([
    ['itself', original],
    ['a darker, flatter copy', change(original, (value) => 0.5 * value + 20)],
    ['its mirror image', mirrorPatch(original)],
    ['a copy one pixel off', patchOf((x, y) => valueAt(original, Math.min(SIZE - 1, x + 1), y))],
  ])('is high for %s', (_, other) => {
    expect(copyCorrelation(original, other)).toBeGreaterThan(NEAR_COPY_CORRELATION);
  });

  it.each([
    [
      'another picture',
      patchOf((x, y) => 120 + 60 * Math.cos(x / 4.3 - Math.sin(y / 1.3)) + 30 * Math.sin(y / 3 + x / 2)),
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
