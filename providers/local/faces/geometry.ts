/** Pixels, from the top left corner; pixel (0, 0) covers 0..1, so its centre is (0.5, 0.5). */
export interface Point {
  x: number;
  y: number;
}

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Turn, uniform scale and shift: (x, y) to (a·x - b·y + shiftX, b·x + a·y + shiftY). */
export interface Similarity {
  a: number;
  b: number;
  shiftX: number;
  shiftY: number;
}

export function applySimilarity({ a, b, shiftX, shiftY }: Similarity, { x, y }: Point): Point {
  return { x: a * x - b * y + shiftX, y: b * x + a * y + shiftY };
}

/** Factor by which lengths grow. */
export function scaleOf({ a, b }: Similarity): number {
  return Math.hypot(a, b);
}

/**
 * The similarity that takes `from` closest to `to` in the least-squares sense (Umeyama 1991, eq. 40–42, for
 * two dimensions and no reflection). Throws when the points coincide or are not finite.
 */
export function fitSimilarity(from: readonly Point[], to: readonly Point[]): Similarity {
  const centreFrom = meanPoint(from);
  const centreTo = meanPoint(to);
  let spread = 0;
  let along = 0;
  let across = 0;
  from.forEach((point, index) => {
    const target = to[index] ?? centreTo;
    const u = { x: point.x - centreFrom.x, y: point.y - centreFrom.y };
    const v = { x: target.x - centreTo.x, y: target.y - centreTo.y };
    spread += u.x * u.x + u.y * u.y;
    along += u.x * v.x + u.y * v.y;
    across += u.x * v.y - u.y * v.x;
  });
  const a = along / spread;
  const b = across / spread;
  if (!Number.isFinite(a) || !Number.isFinite(b) || (a === 0 && b === 0)) throw new RangeError('Degenerate points.');
  return {
    a,
    b,
    shiftX: centreTo.x - (a * centreFrom.x - b * centreFrom.y),
    shiftY: centreTo.y - (b * centreFrom.x + a * centreFrom.y),
  };
}

/** A square around a point, turned by `angle` radians. */
export interface Region {
  centre: Point;
  side: number;
  angle: number;
}

/** Maps a `size` x `size` patch to the region. */
export function squareAround({ centre, side, angle }: Region, size: number): Similarity {
  const a = (side / size) * Math.cos(angle);
  const b = (side / size) * Math.sin(angle);
  return { a, b, shiftX: centre.x - (a - b) * (size / 2), shiftY: centre.y - (b + a) * (size / 2) };
}

export function boxCentre({ x, y, width, height }: Box): Point {
  return { x: x + width / 2, y: y + height / 2 };
}

/** Intersection over union, 0..1. */
export function overlap(one: Box, other: Box): number {
  const width = Math.min(one.x + one.width, other.x + other.width) - Math.max(one.x, other.x);
  const height = Math.min(one.y + one.height, other.y + other.height) - Math.max(one.y, other.y);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (one.width * one.height + other.width * other.height - shared);
}

function meanPoint(points: readonly Point[]): Point {
  const sum = points.reduce((total, { x, y }) => ({ x: total.x + x, y: total.y + y }), { x: 0, y: 0 });
  return { x: sum.x / points.length, y: sum.y / points.length };
}
