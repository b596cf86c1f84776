import type { Point } from '../../faces/geometry.js';

/** Row by row; takes (x, y) to ((m0·x + m1·y + m2) / w, (m3·x + m4·y + m5) / w) with w = m6·x + m7·y + m8. */
export type Homography = readonly [number, number, number, number, number, number, number, number, number];

/** Corners in this order: upper left, upper right, lower right, lower left. */
export type Quad = readonly [Point, Point, Point, Point];

export function rectangle(width: number, height: number): Quad {
  return [
    { x: 0, y: 0 },
    { x: width, y: 0 },
    { x: width, y: height },
    { x: 0, y: height },
  ];
}

export function scaleQuad([a, b, c, d]: Quad, factor: number): Quad {
  const scaled = ({ x, y }: Point): Point => ({ x: x * factor, y: y * factor });
  return [scaled(a), scaled(b), scaled(c), scaled(d)];
}

export function mapQuad([a, b, c, d]: Quad, matrix: Homography): Quad {
  return [
    applyHomography(matrix, a),
    applyHomography(matrix, b),
    applyHomography(matrix, c),
    applyHomography(matrix, d),
  ];
}

/** Mean lengths of upper and lower side, and of left and right side. */
export function sidesOf([a, b, c, d]: Quad): { across: number; down: number } {
  const between = (one: Point, other: Point): number => Math.hypot(one.x - other.x, one.y - other.y);
  return { across: (between(a, b) + between(d, c)) / 2, down: (between(a, d) + between(b, c)) / 2 };
}

export function areaOf([a, b, c, d]: Quad): number {
  return Math.abs((c.x - a.x) * (d.y - b.y) - (c.y - a.y) * (d.x - b.x)) / 2;
}

export function applyHomography(matrix: Homography, { x, y }: Point): Point {
  const w = matrix[6] * x + matrix[7] * y + matrix[8];
  return {
    x: (matrix[0] * x + matrix[1] * y + matrix[2]) / w,
    y: (matrix[3] * x + matrix[4] * y + matrix[5]) / w,
  };
}

/** First `inner`, then `outer`. */
export function chain(inner: Homography, outer: Homography): Homography {
  const at = (row: 0 | 1 | 2, column: 0 | 1 | 2): number =>
    [0, 1, 2].reduce((sum, k) => sum + (outer[3 * row + k] ?? 0) * (inner[3 * k + column] ?? 0), 0);
  return [at(0, 0), at(0, 1), at(0, 2), at(1, 0), at(1, 1), at(1, 2), at(2, 0), at(2, 1), at(2, 2)];
}

/** The homography that takes the corners of `from` to those of `to`. Throws when three corners of one lie in a line. */
export function homographyBetween(from: Quad, to: Quad): Homography {
  return chain(invert(fromUnitSquare(from)), fromUnitSquare(to));
}

/** Heckbert, Fundamentals of Texture Mapping and Image Warping (1989), 2.2.3: the unit square onto a quadrilateral. */
function fromUnitSquare([a, b, c, d]: Quad): Homography {
  const sumX = a.x - b.x + c.x - d.x;
  const sumY = a.y - b.y + c.y - d.y;
  const right = { x: b.x - c.x, y: b.y - c.y };
  const lower = { x: d.x - c.x, y: d.y - c.y };
  const area = right.x * lower.y - lower.x * right.y;
  const g = (sumX * lower.y - lower.x * sumY) / area;
  const h = (right.x * sumY - sumX * right.y) / area;
  if (!Number.isFinite(g) || !Number.isFinite(h)) throw new RangeError('The corners do not span an area.');
  return [b.x - a.x + g * b.x, d.x - a.x + h * d.x, a.x, b.y - a.y + g * b.y, d.y - a.y + h * d.y, a.y, g, h, 1];
}

function invert([a, b, c, d, e, f, g, h, i]: Homography): Homography {
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  if (!Number.isFinite(1 / determinant)) throw new RangeError('The corners do not span an area.');
  return [
    (e * i - f * h) / determinant,
    (c * h - b * i) / determinant,
    (b * f - c * e) / determinant,
    (f * g - d * i) / determinant,
    (a * i - c * g) / determinant,
    (c * d - a * f) / determinant,
    (d * h - e * g) / determinant,
    (b * g - a * h) / determinant,
    (a * e - b * d) / determinant,
  ];
}
