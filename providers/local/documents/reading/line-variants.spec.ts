import { describe, expect, it } from '@jest/globals';
import { FLAT_PAPER } from '../picture/paper.js';
import { LINE_VARIANTS } from './line-variants.js';

const SIZE = { width: 200, height: 52 };

/** A dark stroke of twenty columns on paper, as a line's picture has them. */
const LINE = {
  ...SIZE,
  values: Uint8Array.from({ length: SIZE.width * SIZE.height }, (_, at) =>
    at % SIZE.width >= 100 && at % SIZE.width < 120 ? 60 : FLAT_PAPER,
  ),
};

describe('LINE_VARIANTS', () => {
  it.each([
    ['first', 0, 0.9],
    ['second', 1, 0.9],
    ['third', 2, 0.95],
    ['fourth', 3, 1],
  ] as const)('shows the %s time the same strokes at another width', (_, index, width) => {
    const shown = LINE_VARIANTS[index]?.(LINE) ?? LINE;
    expect(shown.width).toBe(SIZE.width * width);
    const middle = shown.width * (shown.height / 2);
    const row = [...shown.values.subarray(middle, middle + shown.width)];
    const dark = row.flatMap((value, x) => (value < 110 ? [x / width] : []));
    expect(dark[0]).toBeGreaterThan(97);
    expect(dark.at(-1)).toBeLessThan(122);
    expect(dark.length).toBeGreaterThan(17 * width);
    // Ink gets no lighter and paper no darker.
    expect(Math.min(...row)).toBeLessThanOrEqual(60);
    expect(Math.max(...row)).toBeGreaterThanOrEqual(FLAT_PAPER);
  });

  it('gives the second more room above and below', () => {
    const heights = LINE_VARIANTS.map((variant) => variant(LINE).height);
    expect(heights).toEqual([52, 64, 52, 52]);
  });

  it('leaves black and white alone in the last', () => {
    expect(new Set(LINE_VARIANTS.at(-1)?.(LINE).values)).toEqual(new Set([0, 255]));
  });
});
