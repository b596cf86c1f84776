import type { Point } from '../../faces/geometry.js';
import { outlineOf, type TextShape } from '../reading/text-shapes.js';
import type { TextRow } from '../reading/text-rows.js';
import type { CardFrame, View } from './card-frame.js';
import { applyHomography, mapQuad, scaleQuad, type Quad } from './homography.js';

/**
 * Where on a picture a side was read. In longer sides of the picture as it was sent, so that it holds for every copy of
 * it, whatever its size.
 */
export interface ReadingPlace {
  /** Of the card or page; absent when no outline was plain. */
  outline?: Quad;
  /** Of the machine-readable zone, from one end to the other along a row; absent when there is none. */
  zone?: readonly [Point, Point];
  /** Every line of text that was seen, as a turned rectangle. */
  text: readonly Quad[];
}

interface Seen {
  picture: { width: number; height: number };
  frame: CardFrame;
  view: View;
  shapes: readonly TextShape[];
}

export function readingPlace({ picture, frame, view, shapes }: Seen, row: TextRow | undefined): ReadingPlace {
  const scale = 1 / Math.max(picture.width, picture.height);
  const inPicture = (point: Point): Point => {
    const { x, y } = applyHomography(view.toPicture, point);
    return { x: x * scale, y: y * scale };
  };
  return {
    ...(frame.isFound && { outline: scaleQuad(frame.corners, scale) }),
    ...(row && { zone: [inPicture(row.start), inPicture(row.end)] as const }),
    text: shapes.map((shape) => scaleQuad(mapQuad(outlineOf(shape), view.toPicture), scale)),
  };
}
