import { describe, expect, it } from '@jest/globals';
import { outlineOf, shapesIn, type TextMap } from './text-shapes.js';

/** A map with turned bars that are sure of being text. */
function mapWith(
  bars: readonly { x: number; y: number; length: number; thickness: number; degrees: number }[],
): TextMap {
  const [width, height] = [320, 240];
  const values = new Float32Array(width * height);
  for (const { x, y, length, thickness, degrees } of bars) {
    const angle = (degrees * Math.PI) / 180;
    values.forEach((_, at) => {
      const [dx, dy] = [(at % width) + 0.5 - x, Math.floor(at / width) + 0.5 - y];
      const along = dx * Math.cos(angle) + dy * Math.sin(angle);
      const off = dy * Math.cos(angle) - dx * Math.sin(angle);
      if (Math.abs(along) < length / 2 && Math.abs(off) < thickness / 2) values[at] = 0.9;
    });
  }
  return { width, height, values };
}

const degreesOf = (angle: number): number => (angle * 180) / Math.PI;

describe('shapesIn', () => {
  it.each([0, 12, -30])('measures a line that runs at %d degrees', (degrees) => {
    const [shape, ...others] = shapesIn(mapWith([{ x: 160, y: 120, length: 150, thickness: 12, degrees }]));
    expect(others).toEqual([]);
    expect(shape?.centre.x).toBeCloseTo(160, 0);
    expect(shape?.centre.y).toBeCloseTo(120, 0);
    expect(degreesOf(shape?.angle ?? NaN)).toBeCloseTo(degrees, 0);
    expect(shape?.confidence).toBeCloseTo(0.9, 5);
    // Grown by area over outline, times 1.5, on every side.
    const growth = (1.5 * 150 * 12) / (2 * (150 + 12));
    expect(Math.abs((shape?.length ?? 0) - (150 + 2 * growth))).toBeLessThan(3);
    expect(Math.abs((shape?.thickness ?? 0) - (12 + 2 * growth))).toBeLessThan(3);
  });

  it('gives short words the direction of the long lines, and upright lines one direction', () => {
    const upright = shapesIn(
      mapWith([
        { x: 60, y: 120, length: 180, thickness: 12, degrees: 89 },
        { x: 120, y: 120, length: 180, thickness: 12, degrees: -89 },
        { x: 200, y: 120, length: 18, thickness: 14, degrees: 0 },
      ]),
    );
    expect(upright).toHaveLength(3);
    const [first = 0, ...others] = upright.map(({ angle }) => angle);
    expect(Math.abs(Math.sin(first))).toBeGreaterThan(0.99);
    for (const angle of others) expect(Math.cos(angle - first)).toBeGreaterThan(0.99);
  });

  it('ignores specks and what the network is not sure of', () => {
    const map = mapWith([{ x: 100, y: 100, length: 60, thickness: 10, degrees: 0 }]);
    map.values.forEach((value, at) => (map.values[at] = value * 0.5));
    map.values.fill(0.99, 0, 3);
    expect(shapesIn(map)).toEqual([]);
    expect(shapesIn({ width: 0, height: 0, values: new Float32Array(0) })).toEqual([]);
  });
});

describe('outlineOf', () => {
  it('runs from the first corner to the second along the line', () => {
    const shape = { centre: { x: 50, y: 40 }, angle: Math.PI / 2, length: 20, thickness: 6, confidence: 1 };
    const corners = outlineOf(shape).map(({ x, y }) => ({ x: Math.round(x), y: Math.round(y) }));
    expect(corners).toEqual([
      { x: 53, y: 30 },
      { x: 53, y: 50 },
      { x: 47, y: 50 },
      { x: 47, y: 30 },
    ]);
  });
});
