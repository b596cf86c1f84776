import type { EdgeMap } from './edges.js';

/** All points with x·cos(angle) + y·sin(angle) = distance. */
export interface StraightLine {
  /** Across the line, whole degrees 0..179. */
  degrees: number;
  /** Pixels from the upper left corner. */
  distance: number;
  /** Edge pixels on it. */
  votes: number;
}

const MAX_LINES = 28;

/** Directions of edge pixels are this exact. */
const SPREAD_DEGREES = 5;

/** Lines nearer to a stronger one are the same line. */
const SAME_DEGREES = 4;
const SAME_DISTANCE = 6;

/** A line of a card is at least this long, of the picture's shorter side. */
const MIN_LENGTH = 0.08;

/** The strongest straight lines of an edge map (Hough's transform with the edges' own directions). */
export function straightLines(edges: EdgeMap): StraightLine[] {
  const reach = Math.ceil(Math.hypot(edges.width, edges.height));
  const rows = 2 * reach + 1;
  const votes = castVotes(edges, reach);
  const limit = MIN_LENGTH * Math.min(edges.width, edges.height);
  const peaks: StraightLine[] = [];
  votes.forEach((count, at) => {
    if (count === 0) return;
    // Neighbouring distances add up: an edge that is not quite straight falls between them.
    const total = count + (votes[at - 1] ?? 0) + (votes[at + 1] ?? 0);
    if (total >= limit && count >= (votes[at - 1] ?? 0) && count >= (votes[at + 1] ?? 0))
      peaks.push({ degrees: Math.floor(at / rows), distance: (at % rows) - reach, votes: total });
  });
  const lines: StraightLine[] = [];
  for (const peak of peaks.sort((one, other) => other.votes - one.votes)) {
    if (lines.length === MAX_LINES) break;
    if (!lines.some((line) => isSame(peak, line))) lines.push(peak);
  }
  return lines;
}

function castVotes({ width, positions, directions }: EdgeMap, reach: number): Uint16Array {
  const rows = 2 * reach + 1;
  const votes = new Uint16Array(180 * rows);
  for (const at of positions) {
    const x = (at % width) + 0.5;
    const y = Math.floor(at / width) + 0.5;
    for (let step = -SPREAD_DEGREES; step <= SPREAD_DEGREES; step++) {
      const degrees = ((directions[at] ?? 0) + step + 180) % 180;
      const bin = degrees * rows + reach + Math.round(x * (COSINES[degrees] ?? 0) + y * (SINES[degrees] ?? 0));
      votes[bin] = (votes[bin] ?? 0) + 1;
    }
  }
  return votes;
}

const DEGREES = Array.from({ length: 180 }, (_, degrees) => (degrees * Math.PI) / 180);
const COSINES = Float64Array.from(DEGREES, Math.cos);
const SINES = Float64Array.from(DEGREES, Math.sin);

function isSame(one: StraightLine, other: StraightLine): boolean {
  const turn = Math.abs(one.degrees - other.degrees);
  // 0 and 179 degrees are neighbours, with distances of opposite sign.
  const isFlipped = turn > 90;
  const distance = isFlipped ? -other.distance : other.distance;
  return Math.min(turn, 180 - turn) < SAME_DEGREES && Math.abs(one.distance - distance) < SAME_DISTANCE;
}
