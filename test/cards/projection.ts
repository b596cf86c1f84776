export interface Point {
  x: number;
  y: number;
}

/** Upper left, upper right, lower right, lower left. */
export type Corners = readonly [Point, Point, Point, Point];

/**
 * From a point of the picture to a point of the sheet whose corners lie there: the inverse of the projection of a
 * rectangle onto a quadrilateral (Heckbert, Fundamentals of Texture Mapping and Image Warping, 1989, 2.2.3).
 */
export function projectionOnto(
  [a, b, c, d]: Corners,
  { width, height }: { width: number; height: number },
): (x: number, y: number) => Point {
  const sumX = a.x - b.x + c.x - d.x;
  const sumY = a.y - b.y + c.y - d.y;
  const [firstX, secondX, firstY, secondY] = [b.x - c.x, d.x - c.x, b.y - c.y, d.y - c.y];
  const area = firstX * secondY - secondX * firstY;
  const g = (sumX * secondY - secondX * sumY) / area;
  const h = (firstX * sumY - sumX * firstY) / area;
  const forward = [
    b.x - a.x + g * b.x,
    d.x - a.x + h * d.x,
    a.x,
    b.y - a.y + g * b.y,
    d.y - a.y + h * d.y,
    a.y,
    g,
    h,
    1,
  ];
  const [m0, m1, m2, m3, m4, m5, m6, m7, m8] = adjugate(forward);
  return (x, y) => {
    const w = m6 * x + m7 * y + m8;
    return { x: (width * (m0 * x + m1 * y + m2)) / w, y: (height * (m3 * x + m4 * y + m5)) / w };
  };
}

type Matrix = [number, number, number, number, number, number, number, number, number];

/** The inverse of a 3 x 3 matrix but for a factor, which a projection does not see. */
function adjugate(matrix: readonly number[]): Matrix {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, i = 0] = matrix;
  return [
    e * i - f * h,
    c * h - b * i,
    b * f - c * e,
    f * g - d * i,
    a * i - c * g,
    c * d - a * f,
    d * h - e * g,
    b * g - a * h,
    a * e - b * d,
  ];
}
