import { describe, expect, it } from '@jest/globals';
import { SeededRandom } from '../harness/seeded-random.js';
import { median, medianDifference, permutationTest } from './permutation-test.js';

/** Times as a network has them: mostly near a value, some far above. */
function times(seed: number, shiftMs: number): number[] {
  const random = new SeededRandom(seed);
  return Array.from(
    { length: 300 },
    () => 10 + shiftMs + random.next() * 4 + (random.chance(0.05) ? random.next() * 80 : 0),
  );
}
const p = (first: number[], second: number[]): number =>
  permutationTest(first, second, { permutations: 500, random: new SeededRandom(7) });

describe('the permutation test on medians', () => {
  it('takes the middle', () => {
    expect([median([3, 1, 2]), median([4, 1, 2, 3]), medianDifference([5, 6, 7], [1, 2, 3])]).toEqual([2, 2.5, 4]);
  });

  it('sees a shift that outliers hide from the mean', () => {
    expect(p(times(1, 0), times(2, 1.5))).toBeLessThan(0.01);
  });

  it('sees none where there is none', () => {
    const chances = Array.from({ length: 20 }, (_, seed) => p(times(seed, 0), times(seed + 100, 0)));
    expect(chances.filter((chance) => chance < 0.05).length).toBeLessThanOrEqual(4);
    expect(p([1, 1, 1], [1, 1, 1])).toBe(1);
  });
});
