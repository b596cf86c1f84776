import type { Point } from './geometry.js';

/** Turn, scale, stretch, slant and shift, about the middle: x to a·x + b·y + c, y to d·x + e·y + f. */
type Motion = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** One square grid of values against another. */
export interface SquarePair {
  /** What the other is laid onto. */
  still: Float32Array;
  moving: Float32Array;
  size: number;
  /** Rows and columns at the edge that are not compared: what comes from outside of the grid is not known. */
  edge: number;
}

/** All of 80 pairs of one photograph were within 0.002 of their best after four steps. */
const MAX_STEPS = 8;

/** How far one may be moved: shares of its size, and pixels. A face that wants more was not found in one of the pictures. */
const MOST_STRETCH = 0.2;
const MOST_SHIFT = 6;

/**
 * Lays `moving` onto `still`, from where a shift puts it, and gives it back as it lies then. Each step is the one that
 * comes closest in the least-squares sense, a gain being free, as long as the pixels change evenly (Lucas and Kanade
 * 1981, composed as in Baker and Matthews 2004). The best of the places on the way counts: the first steps may overshoot.
 */
export function layOnto(pair: SquarePair, shift: Point): Float32Array {
  let motion: Motion = [1, 0, shift.x, 0, 1, shift.y];
  let laid = moved(pair, motion);
  let best = { laid, likeness: correlationInside({ ...pair, moving: laid }) };
  for (let step = 0; step < MAX_STEPS; step++) {
    const further = stepOf({ ...pair, moving: laid });
    if (!further) break;
    motion = after(motion, further);
    if (!isSmall(motion)) break;
    laid = moved(pair, motion);
    const likeness = correlationInside({ ...pair, moving: laid });
    if (likeness > best.likeness) best = { laid, likeness };
    else if (step > 1) break;
  }
  return best.laid;
}

/** Correlation about zero of all that is not at the edge, -1..1. Values that are no numbers are like nothing. */
export function correlationInside({ still, moving, size, edge }: SquarePair): number {
  return correlationOf({ still, moving, size }, { x: edge, y: edge, side: size - 2 * edge });
}

/** The same of a part of the square. */
export function correlationOf(
  { still, moving, size }: Omit<SquarePair, 'edge'>,
  { x, y, side }: Point & { side: number },
): number {
  let cross = 0;
  let left = 0;
  let right = 0;
  for (let row = y; row < y + side; row++)
    for (let at = row * size + x; at < row * size + x + side; at++) {
      const one = still[at] ?? 0;
      const other = moving[at] ?? 0;
      cross += one * other;
      left += one * one;
      right += other * other;
    }
  return left > 0 && right > 0 ? cross / Math.sqrt(left * right) : -1;
}

/** `moving` as it looks where the motion takes it; between pixels bilinear, outside as at the edge. */
function moved({ moving, size }: SquarePair, [a, b, c, d, e, f]: Motion): Float32Array {
  const laid = new Float32Array(size * size);
  const middle = (size - 1) / 2;
  const last = size - 1.001;
  for (let at = 0; at < laid.length; at++) {
    const u = (at % size) - middle;
    const v = ((at / size) | 0) - middle;
    const x = Math.min(last, Math.max(0, middle + a * u + b * v + c));
    const y = Math.min(last, Math.max(0, middle + d * u + e * v + f));
    const from = (y | 0) * size + (x | 0);
    const right = x - (x | 0);
    const [here, below] = [moving[from] ?? 0, moving[from + size] ?? 0];
    const onUpper = here + right * ((moving[from + 1] ?? 0) - here);
    const onLower = below + right * ((moving[from + size + 1] ?? 0) - below);
    laid[at] = onUpper + (y - (y | 0)) * (onLower - onUpper);
  }
  return laid;
}

const MOTIONS = 6;
const UNKNOWNS = MOTIONS + 1;

/** Undefined where there is nothing to hold on to, or nothing in common. */
function stepOf({ still, moving, size, edge }: SquarePair): Motion | undefined {
  const products = new Float64Array(UNKNOWNS * UNKNOWNS);
  const wanted = new Float64Array(UNKNOWNS);
  const change = new Float64Array(UNKNOWNS);
  const middle = (size - 1) / 2;
  for (let y = edge; y < size - edge; y++)
    for (let x = edge; x < size - edge; x++) {
      const at = y * size + x;
      const across = ((moving[at + 1] ?? 0) - (moving[at - 1] ?? 0)) / 2;
      const down = ((moving[at + size] ?? 0) - (moving[at - size] ?? 0)) / 2;
      change[0] = across * (x - middle);
      change[1] = across * (y - middle);
      change[2] = across;
      change[3] = down * (x - middle);
      change[4] = down * (y - middle);
      change[5] = down;
      change[6] = moving[at] ?? 0;
      const target = still[at] ?? 0;
      for (let row = 0; row < UNKNOWNS; row++) {
        const value = change[row] ?? 0;
        wanted[row] = (wanted[row] ?? 0) + value * target;
        for (let column = 0; column <= row; column++)
          products[row * UNKNOWNS + column] = (products[row * UNKNOWNS + column] ?? 0) + value * (change[column] ?? 0);
      }
    }
  return motionIn(solveSymmetric(products, wanted));
}

/** The motion is found times the gain; a negative gain would make one the other's negative. */
function motionIn(solution: Float64Array | undefined): Motion | undefined {
  const gain = solution?.[MOTIONS] ?? 0;
  if (!solution || !(gain > 0)) return undefined;
  const part = (index: number): number => (solution[index] ?? 0) / gain;
  return [1 + part(0), part(1), part(2), part(3), 1 + part(4), part(5)];
}

/** First `then`, and what comes of it is where `first` begins: both look back from the still square. */
function after([a, b, c, d, e, f]: Motion, [p, q, r, s, t, u]: Motion): Motion {
  return [a * p + b * s, a * q + b * t, a * r + b * u + c, d * p + e * s, d * q + e * t, d * r + e * u + f];
}

function isSmall([a, b, c, d, e, f]: Motion): boolean {
  const stretches = [a - 1, b, d, e - 1];
  return (
    stretches.every((stretch) => Math.abs(stretch) <= MOST_STRETCH) && Math.max(Math.abs(c), Math.abs(f)) <= MOST_SHIFT
  );
}

/** By Cholesky's factors, from the lower half; undefined unless the matrix is positive definite. */
function solveSymmetric(lower: Float64Array, right: Float64Array): Float64Array | undefined {
  const size = right.length;
  const at = (row: number, column: number): number => lower[row * size + column] ?? 0;
  for (let row = 0; row < size; row++)
    for (let column = 0; column <= row; column++) {
      let value = at(row, column);
      for (let k = 0; k < column; k++) value -= at(row, k) * at(column, k);
      if (row === column && !(value > 0)) return undefined;
      lower[row * size + column] = row === column ? Math.sqrt(value) : value / at(column, column);
    }
  const solution = Float64Array.from(right);
  for (let row = 0; row < size; row++) {
    let value = solution[row] ?? 0;
    for (let k = 0; k < row; k++) value -= at(row, k) * (solution[k] ?? 0);
    solution[row] = value / at(row, row);
  }
  for (let row = size - 1; row >= 0; row--) {
    let value = solution[row] ?? 0;
    for (let k = row + 1; k < size; k++) value -= at(k, row) * (solution[k] ?? 0);
    solution[row] = value / at(row, row);
  }
  return solution;
}
