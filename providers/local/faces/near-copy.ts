import { DLIB_TEMPLATE, scaleTemplate } from './alignment.js';
import { normaliseLocally } from './local-contrast.js';
import { luminanceOf } from './luminance.js';
import { mirrorPatch, type Patch } from './patch.js';

const GRID = 50;
const CONTRAST = { reach: 5, floor: 2 };
const MAX_SHIFT = 3;

/** Faces are compared at the size they have on a card photographed from afar. */
export const COPY_TEMPLATE = scaleTemplate(DLIB_TEMPLATE, GRID);

/** Correlation from which two aligned faces are taken for the same photograph. Calibration: README, "Numbers". */
export const NEAR_COPY_CORRELATION = 0.62;

/**
 * How far two faces, aligned to {@link COPY_TEMPLATE}, show the same *photograph* (and not only the same person): the
 * highest correlation of their locally normalised luminance over small shifts, also mirrored, -1..1. Printing, scaling,
 * compression and evenly changed light keep it high; another expression, pose or light direction does not.
 */
export function copyCorrelation(one: Patch, other: Patch): number {
  const reference = contrastOf(one);
  return Math.max(
    bestCorrelation(reference, contrastOf(other)),
    bestCorrelation(reference, contrastOf(mirrorPatch(other))),
  );
}

function contrastOf(patch: Patch): Float32Array {
  return normaliseLocally(luminanceOf(patch), GRID, CONTRAST);
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
