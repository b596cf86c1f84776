import { describe, expect, it } from '@jest/globals';
import { COPY_TEMPLATE, copyCorrelation, NEAR_COPY_CORRELATION } from './near-copy.js';
import { mirrorPatch, type Patch } from './patch.js';

const SIZE = COPY_TEMPLATE.size;
const MIDDLE = (SIZE - 1) / 2;

type Value = (x: number, y: number) => number;

describe('copyCorrelation, by which a selfie cut out of the document is caught (T73)', () => {
  const face: Value = (x, y) => 120 + 60 * Math.sin(x / 2.3 + Math.cos(y / 3.7)) + 30 * Math.cos(y / 1.7 - x / 5.7);
  const original = patchOf(face);

  it.each([
    ['itself', original],
    ['a darker, flatter copy', patchOf((x, y) => 0.5 * face(x, y) + 20)],
    ['its mirror image', mirrorPatch(original)],
    ['a copy one pixel off', patchOf((x, y) => face(x + 1, y))],
    ['a copy held askew before the camera', seenAskew(face)],
    ['a copy with a covered mouth', patchOf((x, y) => (y > 0.65 * SIZE ? 60 + 20 * Math.sin(x / 3) : face(x, y)))],
  ])('is high for %s', (_, other) => {
    expect(copyCorrelation(original, other)).toBeGreaterThan(NEAR_COPY_CORRELATION);
    expect(copyCorrelation(other, original)).toBeGreaterThan(NEAR_COPY_CORRELATION);
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
    expect(copyCorrelation(other, original)).toBeLessThan(NEAR_COPY_CORRELATION);
  });
});

/** Turned, slanted, narrower and taller, about the middle: what a tilted card does to a picture. */
function seenAskew(value: Value): Patch {
  return patchOf((x, y) => {
    const [u, v] = [x - MIDDLE, y - MIDDLE];
    return value(MIDDLE + 1.14 * u + 0.1 * v + 1, MIDDLE - 0.1 * u + 0.9 * v - 1);
  });
}

function patchOf(value: Value): Patch {
  const values = Float32Array.from({ length: 3 * SIZE * SIZE }, (_, index) => {
    const at = index % (SIZE * SIZE);
    return value(at % SIZE, Math.floor(at / SIZE));
  });
  return { size: SIZE, values };
}
