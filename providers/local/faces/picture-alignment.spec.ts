import { describe, expect, it } from '@jest/globals';
import { correlationInside, layOnto, type SquarePair } from './picture-alignment.js';

const SIZE = 60;
const MIDDLE = (SIZE - 1) / 2;
const NO_SHIFT = { x: 0, y: 0 };

const wave = (x: number, y: number): number => Math.sin(x / 2.9 + Math.cos(y / 4.1)) + Math.cos(y / 2.3 - x / 6.1);

describe('layOnto', () => {
  it('finds turn, stretch, slant and shift, whatever the contrast', () => {
    const pair = pairOf((x, y) => {
      const [u, v] = [x - MIDDLE, y - MIDDLE];
      return 3 * wave(MIDDLE + 1.1 * u - 0.05 * v + 0.7, MIDDLE + 0.08 * u + 0.92 * v - 0.6);
    });
    expect(correlationInside(pair)).toBeLessThan(0.85);
    expect(correlationInside({ ...pair, moving: layOnto(pair, NO_SHIFT) })).toBeGreaterThan(0.99);
  });

  it('begins where it is told to', () => {
    const far = pairOf((x, y) => wave(x - 5, y));
    expect(correlationInside({ ...far, moving: layOnto(far, NO_SHIFT) })).toBeLessThan(0.9);
    expect(correlationInside({ ...far, moving: layOnto(far, { x: 5, y: 0 }) })).toBeGreaterThan(0.99);
  });

  it('does not make a picture its negative, nor bend it into another one', () => {
    for (const other of [(x: number, y: number) => -wave(x, y), (x: number, y: number) => Math.sin(x * y)]) {
      const pair = pairOf(other);
      expect(correlationInside({ ...pair, moving: layOnto(pair, NO_SHIFT) })).toBeLessThan(0.5);
    }
  });

  it.each([
    ['a flat one', () => 0],
    ['one that is not numbers', () => NaN],
  ])('leaves %s alone', (_, other) => {
    const pair = pairOf(other);
    expect(correlationInside({ ...pair, moving: layOnto(pair, NO_SHIFT) })).toBe(-1);
  });
});

function pairOf(moving: (x: number, y: number) => number): SquarePair {
  return { still: squareOf(wave), moving: squareOf(moving), size: SIZE, edge: 5 };
}

function squareOf(value: (x: number, y: number) => number): Float32Array {
  return Float32Array.from({ length: SIZE * SIZE }, (_, at) => value(at % SIZE, Math.floor(at / SIZE)));
}
