import type { Point } from '../../faces/geometry.js';
import { refineCorners } from './card-corners.js';
import { edgesIn, NO_EDGE, type EdgeMap } from './edges.js';
import type { GreyPyramid } from './grey-picture.js';
import { areaOf, scaleQuad, sidesOf, type Quad } from './homography.js';
import { straightLines, type StraightLine } from './straight-lines.js';

/** Edges are looked for in a copy of this size: a card's outline survives, its print does not. */
const SEARCH_SIDE = 480;

/** Long side over short side: ID-1 1.586, ID-2 1.42, an open passport's page 1.42; the rest is perspective. */
const MIN_ASPECT = 1.2;
const MAX_ASPECT = 1.85;

/** Shares of the picture's area and of its shorter side. */
const MIN_AREA = 0.12;
const MIN_SIDE_LENGTH = 0.2;

/** Corners may lie this far outside the picture, of its longer side. */
const MAX_OUTSIDE = 0.05;

/** Opposite sides are nearly parallel, neighbours nearly square. */
const MAX_CONVERGENCE = 20;
const MIN_CROSSING = 62;

/** What share of each side must show an edge, and of all four. */
const MIN_SIDE = 0.45;
const MIN_OUTLINE = 0.68;

/**
 * The corners of the card or page in a photograph, from the one that is nearest to the upper left, clockwise. The long
 * side may stand upright. Undefined when no outline is plain enough: the document fills the picture, or is cut off.
 */
export function findCard(pyramid: GreyPyramid): Quad | undefined {
  const { picture, shrink } = pyramid.smallerThan(SEARCH_SIDE);
  const edges = edgesIn(picture);
  let best: { quad: Quad; score: number } | undefined;
  for (const quad of quadsOf(straightLines(edges), edges)) {
    // No outline scores more than its size: most need not be looked at.
    if (Math.sqrt(areaOf(quad)) <= (best?.score ?? 0)) continue;
    const score = scoreOf(quad, edges);
    if (score > (best?.score ?? 0)) best = { quad, score };
  }
  if (!best) return undefined;
  return refineCorners(pyramid, scaleQuad(best.quad, shrink));
}

/** All quadrilaterals of two pairs of lines that a card could make. */
function* quadsOf(lines: readonly StraightLine[], { width, height }: EdgeMap): Generator<Quad> {
  const apart = MIN_SIDE_LENGTH * Math.min(width, height);
  const pairs = lines.flatMap((one, index) =>
    lines.slice(index + 1).flatMap((other) => {
      const isPair = turnBetween(one, other) <= MAX_CONVERGENCE && gapBetween(one, other, { width, height }) >= apart;
      return isPair ? [[one, other] as const] : [];
    }),
  );
  for (const [index, [a, b]] of pairs.entries())
    for (const [c, d] of pairs.slice(index + 1)) {
      if (Math.min(turnBetween(a, c), turnBetween(a, d), turnBetween(b, c), turnBetween(b, d)) < MIN_CROSSING) continue;
      const quad = inOrder([crossing(a, c), crossing(a, d), crossing(b, d), crossing(b, c)]);
      if (isCard(quad, { width, height })) yield quad;
    }
}

function turnBetween(one: StraightLine, other: StraightLine): number {
  const turn = Math.abs(one.degrees - other.degrees);
  return Math.min(turn, 180 - turn);
}

/** How far apart two lines are, about the middle of the picture. */
function gapBetween(
  one: StraightLine,
  other: StraightLine,
  { width, height }: { width: number; height: number },
): number {
  const fromMiddle = ({ degrees, distance }: StraightLine): number => {
    const angle = (degrees * Math.PI) / 180;
    return distance - (width / 2) * Math.cos(angle) - (height / 2) * Math.sin(angle);
  };
  const isFlipped = Math.abs(one.degrees - other.degrees) > 90;
  return Math.abs(fromMiddle(one) - (isFlipped ? -fromMiddle(other) : fromMiddle(other)));
}

function crossing(one: StraightLine, other: StraightLine): Point {
  const [a, b] = [(one.degrees * Math.PI) / 180, (other.degrees * Math.PI) / 180];
  const sine = Math.sin(b - a);
  return {
    x: (one.distance * Math.sin(b) - other.distance * Math.sin(a)) / sine,
    y: (other.distance * Math.cos(a) - one.distance * Math.cos(b)) / sine,
  };
}

/** Clockwise from the corner nearest to the upper left. Neighbours in, neighbours out. */
function inOrder(corners: Quad): Quad {
  const [a, b, , d] = corners;
  const isClockwise = (b.x - a.x) * (d.y - a.y) - (b.y - a.y) * (d.x - a.x) > 0;
  const turning = isClockwise ? corners : [...corners].reverse();
  const sums = turning.map(({ x, y }) => x + y);
  const first = sums.indexOf(Math.min(...sums));
  const at = (index: number): Point => turning[(first + index) % 4] ?? a;
  return [at(0), at(1), at(2), at(3)];
}

function isCard(quad: Quad, { width, height }: { width: number; height: number }): boolean {
  const outside = MAX_OUTSIDE * Math.max(width, height);
  const isInside = quad.every(
    ({ x, y }) => x > -outside && y > -outside && x < width + outside && y < height + outside,
  );
  if (!isInside) return false;
  const { across, down } = sidesOf(quad);
  const aspect = Math.max(across / down, down / across);
  return aspect > MIN_ASPECT && aspect < MAX_ASPECT && areaOf(quad) > MIN_AREA * width * height;
}

/** 0 when a side is not there. Of equally plain outlines the larger is the card, the other something printed on it. */
function scoreOf(quad: Quad, edges: EdgeMap): number {
  let sum = 0;
  for (const [index, corner] of quad.entries()) {
    const support = supportOf(corner, quad[(index + 1) % 4] ?? corner, edges);
    if (support < MIN_SIDE) return 0;
    sum += support;
  }
  const mean = sum / quad.length;
  return mean < MIN_OUTLINE ? 0 : mean ** 2 * Math.sqrt(areaOf(quad));
}

const SAMPLES = 48;
/** Rounded corners are no part of a side. */
const CORNER = 0.07;
const NEAR_PIXELS = 2;
const NEAR_DEGREES = 15;

/** Share of a side along which an edge runs its way. */
function supportOf(from: Point, to: Point, edges: EdgeMap): number {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const normal = { x: (from.y - to.y) / length, y: (to.x - from.x) / length };
  const degrees = ((Math.atan2(normal.y, normal.x) * 180) / Math.PI + 360) % 180;
  let found = 0;
  for (let sample = 0; sample < SAMPLES; sample++) {
    const share = CORNER + ((1 - 2 * CORNER) * (sample + 0.5)) / SAMPLES;
    const x = from.x + share * (to.x - from.x);
    const y = from.y + share * (to.y - from.y);
    for (let off = -NEAR_PIXELS; off <= NEAR_PIXELS; off++) {
      const direction = directionAt(edges, x + off * normal.x, y + off * normal.y);
      if (direction === NO_EDGE) continue;
      const turn = Math.abs(direction - degrees);
      if (Math.min(turn, 180 - turn) > NEAR_DEGREES) continue;
      found++;
      break;
    }
  }
  return found / SAMPLES;
}

function directionAt({ width, height, directions }: EdgeMap, x: number, y: number): number {
  const [column, row] = [Math.floor(x), Math.floor(y)];
  if (column < 0 || row < 0 || column >= width || row >= height) return NO_EDGE;
  return directions[row * width + column] ?? NO_EDGE;
}
