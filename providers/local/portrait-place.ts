import type { CheckReason } from '../kit/index.js';
import { applyHomography, homographyBetween, rectangle, sidesOf, type Quad } from './documents/picture/homography.js';
import type { ReadingPlace } from './documents/picture/reading-place.js';
import type { Point } from './faces/geometry.js';
import type { PlacedFace } from './types.js';

/**
 * Largest width of a face, of the longer side of its card or page. A portrait on a card takes a third of it at most
 * (ICAO Doc 9303-5 and -4: 29 to 34 mm of 86, 35 of 125), and the face two thirds of the portrait.
 */
const LARGEST_OF_CARD = 0.27;
/**
 * A portrait's largest size: a share of a zone, which is nearly as long as the page, and of all print, of which there may be
 * none beneath the portrait.
 */
const LARGEST_OF_ZONE = 0.3;
const LARGEST_OF_PRINT = 0.45;

/** How far outside an outline a face's middle may lie that belongs to it, of its longer side: outlines are a little off. */
const OUTSIDE = 0.01;
/** How far off the ends of a zone, and off the zone, the middle of a face may lie, in lengths of the zone. */
const OFF_ENDS = 0.05;
const OFF_ZONE = 0.85;
/** How far off all print, in widths of it. */
const OFF_PRINT = 0.4;

/**
 * Whether the faces in the picture of a document's front can be portraits on what was read: all within the outline, beside
 * the zone or the print, and none larger than a portrait is. Somebody else's document and a large photograph of oneself
 * are not one document (T66). Where nothing was read no portrait is known to be the document's either, but nobody is told
 * to take a second photograph away: what they can do is show the document better.
 *
 * @param faces largest first
 */
export function portraitPlaceReasons(faces: readonly PlacedFace[], place: ReadingPlace | undefined): CheckReason[] {
  if (faces.length === 0) return [];
  if (!place || !wasAnythingRead(place)) return ['document_unreadable'];
  return faces.every((face) => isOnDocument(face, place)) ? [] : ['portrait_not_on_document'];
}

const wasAnythingRead = ({ zone, text }: ReadingPlace): boolean => zone !== undefined || text.length > 0;

function isOnDocument(face: PlacedFace, { outline, zone, text }: ReadingPlace): boolean {
  if (outline && !isWithin(face, outline)) return false;
  if (zone) return isBesideZone(face, zone);
  return isAmongPrint(face, text);
}

function isWithin({ centre, width }: PlacedFace, outline: Quad): boolean {
  const { across, down } = sidesOf(outline);
  const longer = Math.max(across, down);
  const { x, y } = applyHomography(homographyBetween(outline, rectangle(across, down)), centre);
  const slack = OUTSIDE * longer;
  const isInside = x >= -slack && y >= -slack && x <= across + slack && y <= down + slack;
  return isInside && width <= LARGEST_OF_CARD * longer;
}

function isBesideZone({ centre, width }: PlacedFace, [start, end]: readonly [Point, Point]): boolean {
  const length = Math.hypot(end.x - start.x, end.y - start.y);
  const { along, off } = inDirection(centre, start, Math.atan2(end.y - start.y, end.x - start.x));
  const isBeside =
    along >= -OFF_ENDS * length && along <= (1 + OFF_ENDS) * length && Math.abs(off) <= OFF_ZONE * length;
  return isBeside && width <= LARGEST_OF_ZONE * length;
}

/** Measured the way the longest line runs. */
function isAmongPrint({ centre, width }: PlacedFace, text: readonly Quad[]): boolean {
  const [longest] = [...text].sort((one, other) => sidesOf(other).across - sidesOf(one).across);
  if (!longest) return false;
  const [origin, right] = longest;
  const angle = Math.atan2(right.y - origin.y, right.x - origin.x);
  const corners = text.flat().map((corner) => inDirection(corner, origin, angle));
  const { along, off } = inDirection(centre, origin, angle);
  const [left, wide] = reach(corners.map((corner) => corner.along));
  const [top, high] = reach(corners.map((corner) => corner.off));
  const longer = Math.max(wide, high);
  const isNear = (value: number, from: number, length: number): boolean =>
    value >= from - OFF_PRINT * longer && value <= from + length + OFF_PRINT * longer;
  return isNear(along, left, wide) && isNear(off, top, high) && width <= LARGEST_OF_PRINT * longer;
}

function inDirection({ x, y }: Point, origin: Point, angle: number): { along: number; off: number } {
  const [right, down] = [x - origin.x, y - origin.y];
  return {
    along: right * Math.cos(angle) + down * Math.sin(angle),
    off: down * Math.cos(angle) - right * Math.sin(angle),
  };
}

function reach(values: readonly number[]): [from: number, length: number] {
  const from = Math.min(...values);
  return [from, Math.max(...values) - from];
}
