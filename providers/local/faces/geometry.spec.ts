import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { applySimilarity, fitSimilarity, overlap, squareAround, type Point } from './geometry.js';

const coordinate = fc.double({ min: -1000, max: 1000, noNaN: true });
const point = fc.record({ x: coordinate, y: coordinate });

describe('fitSimilarity', () => {
  it('finds the turn, scale and shift that made the points', () => {
    const made = {
      angle: fc.double({ min: -3, max: 3, noNaN: true }),
      scale: fc.double({ min: 0.1, max: 10, noNaN: true }),
    };
    fc.assert(
      fc.property(fc.record({ ...made, shift: point }), ({ angle, scale, shift }) => {
        const truth = { a: scale * Math.cos(angle), b: scale * Math.sin(angle), shiftX: shift.x, shiftY: shift.y };
        const found = fitSimilarity(
          FACE,
          FACE.map((corner) => applySimilarity(truth, corner)),
        );
        expect(found.a).toBeCloseTo(truth.a, 6);
        expect(found.b).toBeCloseTo(truth.b, 6);
        expect(found.shiftX).toBeCloseTo(truth.shiftX, 5);
        expect(found.shiftY).toBeCloseTo(truth.shiftY, 5);
      }),
    );
  });

  it('refuses points that coincide or are not numbers', () => {
    const same = FACE.map(() => ({ x: 3, y: 3 }));
    expect(() => fitSimilarity(same, FACE)).toThrow(RangeError);
    expect(() => fitSimilarity(FACE, same)).toThrow(RangeError);
    expect(() => fitSimilarity(FACE, [{ x: NaN, y: 0 }, ...FACE.slice(1)])).toThrow(RangeError);
  });
});

describe('squareAround', () => {
  it('maps the middle of the patch to the centre at any angle', () => {
    fc.assert(
      fc.property(point, fc.double({ min: -3, max: 3, noNaN: true }), (centre, angle) => {
        const mapped = applySimilarity(squareAround({ centre, side: 300, angle }, 128), { x: 64, y: 64 });
        expect(mapped.x).toBeCloseTo(centre.x, 6);
        expect(mapped.y).toBeCloseTo(centre.y, 6);
      }),
    );
  });
});

describe('overlap', () => {
  const box = { x: 0, y: 0, width: 10, height: 10 };

  it.each([
    [box, 1],
    [{ ...box, x: 5 }, 1 / 3],
    [{ ...box, x: 10 }, 0],
    [{ ...box, y: -40 }, 0],
  ])('of a box with %j is %d', (other, share) => {
    expect(overlap(box, other)).toBeCloseTo(share, 10);
  });
});

const FACE: Point[] = [
  { x: 47, y: 46 },
  { x: 100, y: 46 },
  { x: 74, y: 76 },
  { x: 74, y: 103 },
];
