import { DLIB_TEMPLATE, padTemplate, scaleTemplate } from './alignment.js';
import { normaliseLocally } from './local-contrast.js';
import { luminanceOf } from './luminance.js';
import type { Point } from './geometry.js';
import { mirrorPatch, type Patch } from './patch.js';
import { correlationOf, layOnto, type SquarePair } from './picture-alignment.js';

/** Faces are compared at the size they have on a card photographed from afar. */
const FACE = 50;

/** Around the face, for what comes in from the side when one is laid onto the other. */
const MARGIN = 5;
const SIZE = FACE + 2 * MARGIN;

const CONTRAST = { reach: 5, floor: 2 };
const MAX_SHIFT = 3;

/** Side of the parts that are compared, a fifth of the face: an eye, half a mouth. */
const PART = 10;

export const COPY_TEMPLATE = padTemplate(scaleTemplate(DLIB_TEMPLATE, FACE), MARGIN);

/** From here on two aligned faces are taken for the same photograph. Calibration: README, "Numbers". */
export const NEAR_COPY_CORRELATION = 0.75;

/**
 * How far two faces, aligned to {@link COPY_TEMPLATE}, show the same *photograph* (and not only the same person), -1..1:
 * one, also mirrored, is laid onto the other as closely as turn, stretch and slant allow, and of the 25 parts of the face
 * the correlation of the middle one counts, their light made even. Printing, another tilt, compression, side light and a
 * covered eye or mouth keep it high; another expression, pose or light direction does not.
 */
export function copyCorrelation(one: Patch, other: Patch): number {
  const still = contrastOf(one);
  return Math.max(likeness(still, contrastOf(other)), likeness(still, contrastOf(mirrorPatch(other))));
}

function contrastOf(patch: Patch): Float32Array {
  return normaliseLocally(luminanceOf(patch), SIZE, CONTRAST);
}

function likeness(still: Float32Array, moving: Float32Array): number {
  const pair: SquarePair = { still, moving, size: SIZE, edge: MARGIN };
  const laid = layOnto(pair, bestShift(still, moving));
  const parts: number[] = [];
  for (let y = MARGIN; y < SIZE - MARGIN; y += PART)
    for (let x = MARGIN; x < SIZE - MARGIN; x += PART)
      parts.push(correlationOf({ ...pair, moving: laid }, { x, y, side: PART }));
  return parts.sort((left, right) => left - right)[parts.length >> 1] ?? -1;
}

function bestShift(still: Float32Array, moving: Float32Array): Point {
  let best = { x: 0, y: 0, likeness: -1 };
  for (let y = -MAX_SHIFT; y <= MAX_SHIFT; y++)
    for (let x = -MAX_SHIFT; x <= MAX_SHIFT; x++) {
      const likenessThere = shiftedCorrelation(still, moving, { x, y });
      if (likenessThere > best.likeness) best = { x, y, likeness: likenessThere };
    }
  return best;
}

function shiftedCorrelation(still: Float32Array, moving: Float32Array, { x: dx, y: dy }: Point): number {
  let cross = 0;
  let right = 0;
  for (let y = MARGIN; y < SIZE - MARGIN; y++)
    for (let at = y * SIZE + MARGIN; at < y * SIZE + SIZE - MARGIN; at++) {
      const other = moving[at + dy * SIZE + dx] ?? 0;
      cross += (still[at] ?? 0) * other;
      right += other * other;
    }
  return right > 0 ? cross / Math.sqrt(right) : -1;
}
