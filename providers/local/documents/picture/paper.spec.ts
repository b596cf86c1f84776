import { describe, expect, it } from '@jest/globals';
import { FLAT_PAPER, flattenPaper } from './paper.js';

const SIZE = { width: 256, height: 64 };

/** Paper that darkens to the right, with strokes that take away the same share of light everywhere. */
function shaded(isInk: (x: number, y: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: SIZE.width * SIZE.height }, (_, at) => {
    const [x, y] = [at % SIZE.width, Math.floor(at / SIZE.width)];
    return (220 - x / 2) * (isInk(x, y) ? 0.3 : 1);
  });
}

describe('flattenPaper', () => {
  it('makes shaded paper even and keeps ink dark', () => {
    const isInk = (x: number, y: number): boolean => x % 16 < 6 && y > 8 && y < 56;
    const { values } = flattenPaper({ ...SIZE, values: shaded(isInk) });
    const of = (ink: boolean): Uint8Array =>
      values.filter((_, at) => isInk(at % SIZE.width, Math.floor(at / SIZE.width)) === ink);
    expect(Math.max(...of(true))).toBeLessThan(0.4 * FLAT_PAPER);
    expect(Math.min(...of(false))).toBeGreaterThan(0.88 * FLAT_PAPER);
    expect(Math.max(...of(false))).toBeLessThan(1.12 * FLAT_PAPER);
  });

  it('does not make paper of what is black all over', () => {
    const { values } = flattenPaper({ ...SIZE, values: new Uint8Array(SIZE.width * SIZE.height).fill(4) });
    expect(Math.max(...values)).toBeLessThan(0.2 * FLAT_PAPER);
  });
});
