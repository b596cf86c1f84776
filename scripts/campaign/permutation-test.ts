import type { SeededRandom } from '../harness/seeded-random.js';

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

export const medianDifference = (first: readonly number[], second: readonly number[]): number =>
  median(first) - median(second);

/**
 * Two-sided permutation test: how often shuffled labels give a difference of medians at least as large as the one that
 * was seen. Small means that the labels matter.
 */
export function permutationTest(
  first: readonly number[],
  second: readonly number[],
  options: { permutations: number; random: SeededRandom },
): number {
  const { permutations, random } = options;
  const seen = Math.abs(medianDifference(first, second));
  const pool = [...first, ...second];
  let extreme = 0;
  for (let round = 0; round < permutations; round += 1) {
    shuffle(pool, random);
    const difference = medianDifference(pool.slice(0, first.length), pool.slice(first.length));
    if (Math.abs(difference) >= seen) extreme += 1;
  }
  return (extreme + 1) / (permutations + 1);
}

/** Fisher–Yates, in place. */
function shuffle(values: number[], random: SeededRandom): void {
  for (let at = values.length - 1; at > 0; at -= 1) {
    const other = random.below(at + 1);
    [values[at], values[other]] = [values[other] as number, values[at] as number];
  }
}
