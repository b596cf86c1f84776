import { luminanceOf } from './luminance.js';
import { mirrorPatch, type Patch } from './patch.js';

const GRID = 50;
const NEIGHBOURHOOD = 5;
const MAX_SHIFT = 3;

/** Correlation from which two aligned faces are taken for the same photograph. Calibration: README, "Numbers". */
export const NEAR_COPY_CORRELATION = 0.62;

/**
 * How far two aligned faces show the same *photograph* (and not only the same person): the highest correlation of their
 * locally normalised luminance over small shifts, also mirrored, -1..1. Printing, scaling, compression and evenly
 * changed light keep it high; another expression, pose or light direction does not.
 */
export function copyCorrelation(one: Patch, other: Patch): number {
  const reference = normaliseLocally(one);
  return Math.max(
    bestCorrelation(reference, normaliseLocally(other)),
    bestCorrelation(reference, normaliseLocally(mirrorPatch(other))),
  );
}

function bestCorrelation(one: Float32Array, other: Float32Array): number {
  let best = -1;
  for (let dy = -MAX_SHIFT; dy <= MAX_SHIFT; dy++)
    for (let dx = -MAX_SHIFT; dx <= MAX_SHIFT; dx++) best = Math.max(best, correlation(one, other, { dx, dy }));
  return best;
}

function correlation(one: Float32Array, other: Float32Array, { dx, dy }: { dx: number; dy: number }): number {
  let cross = 0;
  let left = 0;
  let right = 0;
  for (let y = MAX_SHIFT; y < GRID - MAX_SHIFT; y++)
    for (let x = MAX_SHIFT; x < GRID - MAX_SHIFT; x++) {
      const a = one[y * GRID + x] ?? 0;
      const b = other[(y + dy) * GRID + x + dx] ?? 0;
      cross += a * b;
      left += a * a;
      right += b * b;
    }
  return left > 0 && right > 0 ? cross / Math.sqrt(left * right) : -1;
}

/** Shrinks to a grid and takes from each value the mean of its neighbourhood, in units of its spread. */
function normaliseLocally(patch: Patch): Float32Array {
  const small = shrink(luminanceOf(patch), patch.size);
  return small.map((value, at) => {
    const { mean, deviation } = neighbourhood(small, at % GRID, Math.floor(at / GRID));
    return (value - mean) / (deviation + 2);
  });
}

function shrink(luminance: Float32Array, size: number): Float32Array {
  const factor = size / GRID;
  return Float32Array.from({ length: GRID * GRID }, (_, at) => {
    let sum = 0;
    const left = (at % GRID) * factor;
    const top = Math.floor(at / GRID) * factor;
    for (let y = 0; y < factor; y++)
      for (let x = 0; x < factor; x++) sum += luminance[(top + y) * size + left + x] ?? 0;
    return sum / (factor * factor);
  });
}

function neighbourhood(values: Float32Array, centreX: number, centreY: number): { mean: number; deviation: number } {
  let count = 0;
  let sum = 0;
  let squares = 0;
  for (let y = Math.max(0, centreY - NEIGHBOURHOOD); y <= Math.min(GRID - 1, centreY + NEIGHBOURHOOD); y++)
    for (let x = Math.max(0, centreX - NEIGHBOURHOOD); x <= Math.min(GRID - 1, centreX + NEIGHBOURHOOD); x++) {
      const value = values[y * GRID + x] ?? 0;
      count++;
      sum += value;
      squares += value * value;
    }
  const mean = sum / count;
  return { mean, deviation: Math.sqrt(Math.max(0, squares / count - mean * mean)) };
}
