import { describe, expect, it } from '@jest/globals';
import { greyOf, GreyPyramid, turnHalf, type GreyPicture } from './grey-picture.js';
import { homographyBetween, mapQuad, rectangle, type Homography, type Quad } from './homography.js';

const SAME: Homography = [1, 0, 0, 0, 1, 0, 0, 0, 1];

function picture(width: number, height: number, value: (x: number, y: number) => number): GreyPicture {
  const values = Uint8Array.from({ length: width * height }, (_, at) => value(at % width, Math.floor(at / width)));
  return { width, height, values };
}

describe('greyOf', () => {
  it('weighs the colours as ITU-R BT.601 does', () => {
    const pixels = Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255);
    expect([...greyOf({ width: 4, height: 1, pixels }).values]).toEqual([77, 149, 29, 255]);
  });
});

describe('turnHalf', () => {
  it('puts the last pixel first', () => {
    expect([...turnHalf(picture(3, 2, (x, y) => 10 * y + x)).values]).toEqual([12, 11, 10, 2, 1, 0]);
  });
});

describe('GreyPyramid', () => {
  const slope = picture(64, 48, (x, y) => 2 * x + y);

  it('draws the picture as it is, and repeats its edge outside', () => {
    const pyramid = new GreyPyramid(slope);
    expect(pyramid.draw(SAME, slope)).toEqual(slope);
    const shifted = pyramid.draw([1, 0, -10, 0, 1, 40, 0, 0, 1], { width: 20, height: 20 });
    expect([...shifted.values.slice(0, 12)]).toEqual([40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 42]);
    expect(shifted.values.at(-1)).toBe(2 * 9 + 47);
  });

  it('draws what is seen at an angle so that its corners come to the corners', () => {
    const corners: Quad = [
      { x: 12, y: 8 },
      { x: 50, y: 12 },
      { x: 44, y: 40 },
      { x: 6, y: 30 },
    ];
    const matrix = homographyBetween(rectangle(30, 30), corners);
    const drawn = new GreyPyramid(slope).draw(matrix, { width: 30, height: 30 });
    const pixels: Quad = [
      { x: 0.5, y: 0.5 },
      { x: 29.5, y: 0.5 },
      { x: 29.5, y: 29.5 },
      { x: 0.5, y: 29.5 },
    ];
    const wanted = mapQuad(pixels, matrix).map(({ x, y }) => 2 * (x - 0.5) + (y - 0.5));
    [0, 29, 899, 870].forEach((at, corner) => {
      expect(Math.abs((drawn.values[at] ?? NaN) - (wanted[corner] ?? NaN))).toBeLessThan(1);
    });
  });

  it('averages what it shrinks: a fine pattern becomes grey', () => {
    const stripes = new GreyPyramid(picture(64, 64, (x) => (x % 2 === 0 ? 0 : 200)));
    const drawn = stripes.draw([4, 0, 0, 0, 4, 0, 0, 0, 1], { width: 16, height: 16 });
    expect(new Set(drawn.values)).toEqual(new Set([100]));
  });

  it('gives the first copy that is small enough', () => {
    const { picture: small, shrink } = new GreyPyramid(slope).smallerThan(20);
    expect({ width: small.width, height: small.height, shrink }).toEqual({ width: 16, height: 12, shrink: 4 });
    expect(new GreyPyramid(slope).smallerThan(64).picture).toBe(slope);
  });
});
