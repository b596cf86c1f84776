import { applySimilarity } from '../../faces/geometry.js';
import type { Point } from '../../faces/geometry.js';
import type { GreyPicture, GreyPyramid } from '../picture/grey-picture.js';
import { chain, homographyBetween, rectangle, type Homography, type Quad } from '../picture/homography.js';
import { lengthOf, middleOff, place, type TextRow } from './text-rows.js';

/** Height of a letter in the strip, and the thickness that the finder gives to a row of such letters. */
export const LETTER_HEIGHT = 30;
const STRIP_THICKNESS = 40;

/** What is left white at both ends of a line's picture. */
export const END_MARGIN_PIXELS = 18;

/** Room at the ends for letters that were not found, and above and below for rows that were not; in thicknesses. */
const END_ROOM = 3;
const SIDE_ROOM = 2.6;

/** Rows whose lengths differ by less end where the zone ends; of others only the longest does. */
const EQUAL_LENGTHS = 0.95;

export interface ZoneStrip {
  picture: GreyPicture;
  /** Where the zone's first letters begin and its last end, in pixels of the strip. */
  left: number;
  right: number;
}

/**
 * The zone cut out and straightened: its rows lie level. The first and the last row and their ends fix a plane seen at
 * an angle, whichever way it is turned. `toPicture` takes coordinates of the rows to those of the picture.
 */
export function cutStrip(pyramid: GreyPyramid, rows: readonly TextRow[], toPicture: Homography): ZoneStrip {
  const thickness = rows.reduce((sum, row) => sum + row.thickness, 0) / rows.length;
  const scale = STRIP_THICKNESS / thickness;
  const { corners, height } = outline(rows, thickness);
  const inner = { width: Math.max(...rows.map(lengthOf)) * scale, height: height * scale };
  const room = { x: END_ROOM * STRIP_THICKNESS, y: SIDE_ROOM * STRIP_THICKNESS };
  const size = { width: Math.ceil(inner.width + 2 * room.x), height: Math.ceil(inner.height + 2 * room.y) };
  const shift: Homography = [1, 0, -room.x, 0, 1, -room.y, 0, 0, 1];
  const toRows = chain(shift, homographyBetween(rectangle(inner.width, inner.height), corners));
  return { picture: pyramid.draw(chain(toRows, toPicture), size), left: room.x, right: room.x + inner.width };
}

/** The corners that the middles of the first and last row span, and how far apart these are. */
function outline(rows: readonly TextRow[], thickness: number): { corners: Quad; height: number } {
  const longest = rows.reduce((best, row) => (lengthOf(row) > lengthOf(best) ? row : best));
  const [first, last] = [rows[0] ?? longest, rows.at(-1) ?? longest];
  if (first === last) return { corners: around(longest, thickness), height: thickness };
  const [upper, lower] = [reachOf(first, longest), reachOf(last, longest)];
  return { corners: [upper.start, upper.end, lower.end, lower.start], height: middleOff(last, first) };
}

/** A row that was found too short is drawn out to where the longest begins and ends. */
function reachOf(row: TextRow, longest: TextRow): { start: Point; end: Point } {
  if (lengthOf(row) > EQUAL_LENGTHS * lengthOf(longest)) return row;
  const [start, end] = [place(row.start, longest).along, place(row.end, longest).along];
  const at = (along: number): Point => {
    const share = (along - start) / (end - start);
    return {
      x: row.start.x + share * (row.end.x - row.start.x),
      y: row.start.y + share * (row.end.y - row.start.y),
    };
  };
  return { start: at(0), end: at(lengthOf(longest)) };
}

function around({ start, end }: TextRow, thickness: number): Quad {
  const angle = Math.atan2(end.y - start.y, end.x - start.x);
  const shifted = (point: Point, by: number): Point =>
    applySimilarity({ a: 1, b: 0, shiftX: -by * Math.sin(angle), shiftY: by * Math.cos(angle) }, point);
  const half = thickness / 2;
  return [shifted(start, -half), shifted(end, -half), shifted(end, half), shifted(start, half)];
}
