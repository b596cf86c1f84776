import { describe, expect, it } from '@jest/globals';
import { frameOf, viewOf } from '../picture/card-frame.js';
import { GreyPyramid } from '../picture/grey-picture.js';
import { letterSharpness } from './letter-sharpness.js';
import type { TextShape } from './text-shapes.js';

const SIZE = { width: 640, height: 400 };

/** Strokes whose edges rise over this many pixels. */
function strokes(rise: number): GreyPyramid {
  const values = Uint8Array.from({ length: SIZE.width * SIZE.height }, (_, at) => {
    const off = Math.abs(((at % SIZE.width) % 24) - 12) - 6;
    return 40 + 180 * Math.min(1, Math.max(0, off / rise + 0.5));
  });
  return new GreyPyramid({ ...SIZE, values });
}

function line(y: number, length = 300): TextShape {
  return { centre: { x: 320, y }, angle: 0, length, thickness: 48, confidence: 0.9 };
}

function sharpnessOf(pyramid: GreyPyramid, shapes: readonly TextShape[]): number | undefined {
  const view = viewOf(frameOf(undefined, SIZE), { longSide: 640, grid: 1, margin: 0 });
  return letterSharpness({ pyramid, view, shapes });
}

describe('letterSharpness', () => {
  it('is near one for letters with hard edges and falls as they get soft', () => {
    const [hard = 0, soft = 0, softer = 0] = [0.1, 6, 10].map((rise) =>
      sharpnessOf(strokes(rise), [line(100), line(300)]),
    );
    expect(hard).toBeGreaterThan(0.95);
    expect(soft).toBeLessThan(0.45);
    expect(softer).toBeLessThan(0.8 * soft);
  });

  it('says nothing without a line, and 0 of a line without contrast', () => {
    expect(sharpnessOf(strokes(1), [])).toBeUndefined();
    const blank = new GreyPyramid({ ...SIZE, values: new Uint8Array(SIZE.width * SIZE.height).fill(90) });
    expect(sharpnessOf(blank, [line(200)])).toBe(0);
  });
});
