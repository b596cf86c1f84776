import type { Point } from '../../faces/geometry.js';
import type { GreyPicture, GreyPyramid } from './grey-picture.js';
import { scaleQuad, type Quad } from './homography.js';

/** Sides are drawn again in a copy of this size. */
const REFINING_SIDE = 1280;

/** How far from where it was found a side may lie, in pixels of that copy. */
const REACH = 6;
const SAMPLES = 40;
const CORNER = 0.09;

/** A corner that would move farther was not refined but lost. */
const MAX_MOVE = 4 * REACH;

/** Points farther from a side than this do not belong to it. */
const OUTLIER_PIXELS = 1.5;

interface FittedLine {
  point: Point;
  direction: Point;
}

/** Moves each side to the strongest change of luminance near it; corners are where the sides meet, round ones too. */
export function refineCorners(pyramid: GreyPyramid, quad: Quad): Quad {
  const { picture, shrink } = pyramid.smallerThan(REFINING_SIDE);
  const corners = scaleQuad(quad, 1 / shrink);
  const sides = corners.map((corner, index) => fitSide(picture, corner, corners[(index + 1) % 4] ?? corner));
  const [top, right, bottom, left] = sides;
  if (!top || !right || !bottom || !left) return quad;
  const refined: Quad = [meeting(left, top), meeting(top, right), meeting(right, bottom), meeting(bottom, left)];
  const isSound = refined.every(({ x, y }, index) => {
    const from = corners[index] ?? corners[0];
    return Math.hypot(x - from.x, y - from.y) < MAX_MOVE;
  });
  return isSound ? scaleQuad(refined, shrink) : quad;
}

function fitSide(picture: GreyPicture, from: Point, to: Point): FittedLine {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const normal = { x: (from.y - to.y) / length, y: (to.x - from.x) / length };
  const found: { share: number; off: number }[] = [];
  for (let sample = 0; sample < SAMPLES; sample++) {
    const share = CORNER + ((1 - 2 * CORNER) * (sample + 0.5)) / SAMPLES;
    const at = { x: from.x + share * (to.x - from.x), y: from.y + share * (to.y - from.y) };
    const off = strongestChange(picture, at, normal);
    if (off !== undefined) found.push({ share, off });
  }
  let fit = fitOffsets(found);
  for (let round = 0; round < 3; round++) {
    const { start, slope } = fit;
    const near = found.filter(({ share, off }) => Math.abs(off - start - slope * share) < OUTLIER_PIXELS * (3 - round));
    if (near.length >= SAMPLES / 4) fit = fitOffsets(near);
  }
  const shifted = (point: Point, by: number): Point => ({ x: point.x + by * normal.x, y: point.y + by * normal.y });
  const start = shifted(from, fit.start);
  const end = shifted(to, fit.start + fit.slope);
  return { point: start, direction: { x: end.x - start.x, y: end.y - start.y } };
}

/** Offset from `at` along `normal` where luminance changes most; undefined outside the picture. */
function strongestChange(picture: GreyPicture, at: Point, normal: Point): number | undefined {
  let best: { off: number; change: number } | undefined;
  for (let off = -REACH; off <= REACH; off++) {
    const before = valueAt(picture, at.x + (off - 1) * normal.x, at.y + (off - 1) * normal.y);
    const after = valueAt(picture, at.x + (off + 1) * normal.x, at.y + (off + 1) * normal.y);
    if (before === undefined || after === undefined) continue;
    const change = Math.abs(after - before);
    if (!best || change > best.change) best = { off, change };
  }
  return best && best.change > 0 ? best.off : undefined;
}

function valueAt({ width, height, values }: GreyPicture, x: number, y: number): number | undefined {
  const [column, row] = [Math.floor(x), Math.floor(y)];
  return column < 0 || row < 0 || column >= width || row >= height ? undefined : values[row * width + column];
}

/** Least squares of off = start + slope·share. */
function fitOffsets(points: readonly { share: number; off: number }[]): { start: number; slope: number } {
  const count = Math.max(1, points.length);
  const meanShare = points.reduce((sum, { share }) => sum + share, 0) / count;
  const meanOff = points.reduce((sum, { off }) => sum + off, 0) / count;
  let spread = 0;
  let rise = 0;
  for (const { share, off } of points) {
    spread += (share - meanShare) ** 2;
    rise += (share - meanShare) * (off - meanOff);
  }
  const slope = spread > 0 ? rise / spread : 0;
  return { start: meanOff - slope * meanShare, slope };
}

function meeting(one: FittedLine, other: FittedLine): Point {
  const cross = one.direction.x * other.direction.y - one.direction.y * other.direction.x;
  const between = { x: other.point.x - one.point.x, y: other.point.y - one.point.y };
  const share = (between.x * other.direction.y - between.y * other.direction.x) / cross;
  return { x: one.point.x + share * one.direction.x, y: one.point.y + share * one.direction.y };
}
