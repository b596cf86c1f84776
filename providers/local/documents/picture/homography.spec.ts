import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  applyHomography,
  areaOf,
  chain,
  homographyBetween,
  mapQuad,
  rectangle,
  sidesOf,
  type Quad,
} from './homography.js';

/** Near enough to a rectangle to be a card seen by a hand-held camera. */
const quads = fc
  .array(fc.double({ min: -60, max: 60, noNaN: true }), { minLength: 8, maxLength: 8 })
  .map((push): Quad => {
    const at = (index: number): number => push[index] ?? 0;
    return [
      { x: 100 + at(0), y: 100 + at(1) },
      { x: 600 + at(2), y: 100 + at(3) },
      { x: 600 + at(4), y: 420 + at(5) },
      { x: 100 + at(6), y: 420 + at(7) },
    ];
  });

describe('homographyBetween', () => {
  it('takes every corner to its own', () => {
    fc.assert(
      fc.property(quads, quads, (from, to) => {
        mapQuad(from, homographyBetween(from, to)).forEach((corner, index) => {
          expect(corner.x).toBeCloseTo(to[index]?.x ?? NaN, 6);
          expect(corner.y).toBeCloseTo(to[index]?.y ?? NaN, 6);
        });
      }),
    );
  });

  it('keeps straight lines straight and undoes itself', () => {
    fc.assert(
      fc.property(quads, fc.double({ min: 0, max: 1, noNaN: true }), (quad, share) => {
        const there = homographyBetween(rectangle(85.6, 53.98), quad);
        const [a, b] = [applyHomography(there, { x: 0, y: 10 }), applyHomography(there, { x: 85.6, y: 30 })];
        const middle = applyHomography(there, { x: 85.6 * share, y: 10 + 20 * share });
        expect((middle.x - a.x) * (b.y - a.y) - (middle.y - a.y) * (b.x - a.x)).toBeCloseTo(0, 4);
        const andBack = chain(there, homographyBetween(quad, rectangle(85.6, 53.98)));
        const point = applyHomography(andBack, { x: 12, y: 34 });
        expect([point.x, point.y]).toEqual([expect.closeTo(12, 6), expect.closeTo(34, 6)]);
      }),
    );
  });

  it('refuses corners that lie in a line', () => {
    const flat: Quad = [
      { x: 0, y: 0 },
      { x: 1, y: 1 },
      { x: 2, y: 2 },
      { x: 3, y: 3 },
    ];
    expect(() => homographyBetween(flat, rectangle(2, 1))).toThrow(RangeError);
    expect(() => homographyBetween(rectangle(2, 1), flat)).toThrow(RangeError);
  });
});

describe('measures of a quadrilateral', () => {
  it('are those of a rectangle', () => {
    expect(sidesOf(rectangle(8, 5))).toEqual({ across: 8, down: 5 });
    expect(areaOf(rectangle(8, 5))).toBe(40);
  });
});
