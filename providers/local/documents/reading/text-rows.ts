import type { Point } from '../../faces/geometry.js';
import type { TextShape } from './text-shapes.js';

/** A row of text from one end to the other along its middle, in pixels of the picture it was found in. */
export interface TextRow {
  start: Point;
  end: Point;
  thickness: number;
}

/** A row of 30 characters is about 24 times as long as it is thick, one of 44 about 36 times. */
const ZONE_STRETCH = 18;

/** Between the middles of two rows, in thicknesses; letters are 2.4 mm high and rows 4.2 to 6.4 mm apart. */
const ROW_DISTANCE = { min: 0.9, max: 3 };

/** How far rows of one zone may differ at an end and in length, in lengths. */
const END_SHIFT = 0.12;
const SHORTEST_ROW = 0.55;

const MAX_LEAN = Math.tan((5 * Math.PI) / 180);
const MAX_ROWS = 3;

/** Pieces of one row: this far apart along it and off it, in thicknesses. */
const MAX_GAP = 3;
const MAX_OFFSET = 0.45;
const MAX_THICKNESS_RATIO = 1.8;

/**
 * Rows that may be a machine-readable zone: long, parallel, of about one length and close together, from one side to
 * the other; the longest zone first. A long row that stands alone is given too: its neighbours may not have been found.
 */
export function zonesIn(shapes: readonly TextShape[]): TextRow[][] {
  const rows = joinPieces(shapes).sort((one, other) => lengthOf(other) - lengthOf(one));
  const zones: TextRow[][] = [];
  for (const row of rows) {
    if (lengthOf(row) < ZONE_STRETCH * row.thickness) continue;
    if (!zones.some((zone) => zone.includes(row))) zones.push(zoneAround(row, rows));
  }
  const extent = (zone: readonly TextRow[]): number => zone.reduce((sum, row) => sum + lengthOf(row), 0);
  return zones.sort((one, other) => extent(other) - extent(one));
}

export function lengthOf({ start, end }: TextRow): number {
  return Math.hypot(end.x - start.x, end.y - start.y);
}

/** Rows in reading direction; a row that the finder tore is whole again. */
function joinPieces(shapes: readonly TextShape[]): TextRow[] {
  const rows: TextRow[] = [];
  const sorted = [...shapes].sort((one, other) => other.length - one.length);
  for (const shape of sorted) {
    const piece = rowOf(shape);
    const row = rows.find((candidate) => belongs(piece, candidate));
    if (row) extend(row, piece);
    else rows.push(piece);
  }
  return rows;
}

function rowOf({ centre, angle, length, thickness }: TextShape): TextRow {
  const reach = { x: (length / 2) * Math.cos(angle), y: (length / 2) * Math.sin(angle) };
  return {
    start: { x: centre.x - reach.x, y: centre.y - reach.y },
    end: { x: centre.x + reach.x, y: centre.y + reach.y },
    thickness,
  };
}

function belongs(piece: TextRow, row: TextRow): boolean {
  const ratio = Math.max(piece.thickness / row.thickness, row.thickness / piece.thickness);
  if (ratio > MAX_THICKNESS_RATIO) return false;
  const [first, second] = [place(piece.start, row), place(piece.end, row)];
  if (Math.abs((first.off + second.off) / 2) > MAX_OFFSET * row.thickness) return false;
  const gap = Math.max(Math.min(first.along, second.along) - lengthOf(row), -Math.max(first.along, second.along));
  return gap < MAX_GAP * row.thickness;
}

function extend(row: TextRow, piece: TextRow): void {
  const ends = [row.start, row.end, piece.start, piece.end];
  const along = ends.map((end) => place(end, row).along);
  const first = ends[along.indexOf(Math.min(...along))];
  const last = ends[along.indexOf(Math.max(...along))];
  if (first) row.start = first;
  if (last) row.end = last;
}

/** The row with its neighbours on either side, nearest first in turn, from one side to the other. */
function zoneAround(row: TextRow, rows: readonly TextRow[]): TextRow[] {
  const zone = [row];
  while (zone.length < MAX_ROWS) {
    const next = rows.find(
      (candidate) => !zone.includes(candidate) && zone.some((member) => adjoins(candidate, member)),
    );
    if (!next) break;
    zone.push(next);
  }
  return zone.sort((one, other) => middleOff(one, row) - middleOff(other, row));
}

function adjoins(candidate: TextRow, row: TextRow): boolean {
  const length = lengthOf(row);
  const [first, second] = [place(candidate.start, row), place(candidate.end, row)];
  const distance = Math.abs(middleOff(candidate, row)) / row.thickness;
  const isParallel = Math.abs(second.off - first.off) < MAX_LEAN * Math.abs(second.along - first.along);
  const isLong = lengthOf(candidate) > SHORTEST_ROW * length;
  const isAligned = Math.abs(first.along) < END_SHIFT * length || Math.abs(second.along - length) < END_SHIFT * length;
  return isParallel && isLong && isAligned && distance > ROW_DISTANCE.min && distance < ROW_DISTANCE.max;
}

export function middleOff(candidate: TextRow, row: TextRow): number {
  return (place(candidate.start, row).off + place(candidate.end, row).off) / 2;
}

/** Whether a point lies within the row's letters. */
export function isOnRow(point: Point, row: TextRow): boolean {
  const { along, off } = place(point, row);
  return along > -row.thickness && along < lengthOf(row) + row.thickness && Math.abs(off) < row.thickness / 2;
}

/** Where a point is seen from a row: along it from its start, and off it. */
export function place({ x, y }: Point, row: TextRow): { along: number; off: number } {
  const length = lengthOf(row);
  const direction = { x: (row.end.x - row.start.x) / length, y: (row.end.y - row.start.y) / length };
  const from = { x: x - row.start.x, y: y - row.start.y };
  return {
    along: from.x * direction.x + from.y * direction.y,
    off: from.y * direction.x - from.x * direction.y,
  };
}
