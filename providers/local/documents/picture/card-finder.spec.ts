import { describe, expect, it } from '@jest/globals';
import { findCard } from './card-finder.js';
import { GreyPyramid } from './grey-picture.js';
import { applyHomography, homographyBetween, rectangle, type Quad } from './homography.js';

const FRAME = { width: 800, height: 600 };

/** A pale card with a dark band and lines of "print" on grained wood. */
function photographed(corners: Quad): GreyPyramid {
  const toCard = homographyBetween(corners, rectangle(856, 540));
  const values = Uint8Array.from({ length: FRAME.width * FRAME.height }, (_, at) => {
    const point = { x: (at % FRAME.width) + 0.5, y: Math.floor(at / FRAME.width) + 0.5 };
    const { x, y } = applyHomography(toCard, point);
    if (x < 0 || y < 0 || x >= 856 || y >= 540) return 90 + 12 * Math.sin((point.y + point.x / 9) / 7);
    if (y < 80) return 60;
    return y % 40 < 12 && y < 490 && x > 60 && x < 500 && x % 20 < 12 ? 50 : 215;
  });
  return new GreyPyramid({ ...FRAME, values });
}

function turned(degrees: number, scale: number): Quad {
  const [cosine, sine] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const corner = (x: number, y: number) => ({
    x: 400 + scale * (x * cosine - y * sine),
    y: 300 + scale * (x * sine + y * cosine),
  });
  return [corner(-428, -270), corner(428, -270), corner(428, 270), corner(-428, 270)];
}

/** Whichever corner is the first. */
function expectCorners(found: Quad | undefined, corners: Quad): void {
  expect(found).toBeDefined();
  for (const corner of corners) {
    const nearest = Math.min(...(found ?? []).map(({ x, y }) => Math.hypot(x - corner.x, y - corner.y)));
    expect(nearest).toBeLessThan(4);
  }
}

describe('findCard', () => {
  it.each([0, 4, -11, 27, 90, 178])('finds a card turned by %d degrees', (degrees) => {
    const corners = turned(degrees, 0.6);
    expectCorners(findCard(photographed(corners)), corners);
  });

  it('finds a card seen at an angle', () => {
    const corners: Quad = [
      { x: 140, y: 120 },
      { x: 690, y: 90 },
      { x: 730, y: 470 },
      { x: 90, y: 440 },
    ];
    expectCorners(findCard(photographed(corners)), corners);
  });

  it('gives corners clockwise from the upper left one', () => {
    const found = findCard(photographed(turned(5, 0.6)));
    const [a, b, c, d] = found ?? [];
    expect(a && b && c && d && a.x < b.x && b.y < c.y && d.x < c.x && a.y < d.y).toBe(true);
  });

  it.each([
    ['an empty table', () => 90],
    ['grain', (at: number) => 90 + 40 * Math.sin(at / 7)],
    ['two stripes', (at: number) => (Math.abs(Math.floor(at / FRAME.width) - 300) < 40 ? 200 : 90)],
  ])('finds nothing on %s', (_what, value) => {
    const values = Uint8Array.from({ length: FRAME.width * FRAME.height }, (_, at) => value(at));
    expect(findCard(new GreyPyramid({ ...FRAME, values }))).toBeUndefined();
  });

  it('finds nothing in a picture of one pixel', () => {
    expect(findCard(new GreyPyramid({ width: 1, height: 1, values: Uint8Array.of(7) }))).toBeUndefined();
  });
});
