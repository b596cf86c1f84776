import type { Point } from '../../faces/geometry.js';
import { chain, homographyBetween, rectangle, sidesOf, type Homography, type Quad } from './homography.js';

/** One side of a document as it lies in a picture, and the size that it has once straightened. */
export interface CardFrame {
  /** In the picture; the first is the upper left one when the frame stands upright. */
  corners: Quad;
  width: number;
  height: number;
  /** An outline was found; else the frame is the whole picture. */
  isFound: boolean;
}

/** Longest side of what is straightened; more shows nothing that the picture does not. */
const MAX_SIDE = 1600;

/** The card lying on its long side, or the whole picture when no card was found. */
export function frameOf(card: Quad | undefined, picture: { width: number; height: number }): CardFrame {
  const corners = card ?? rectangle(picture.width, picture.height);
  const frame = sizedFrame(corners, card !== undefined);
  return card && frame.height > frame.width ? turnFrame(frame, 1) : frame;
}

/** The same frame with another corner as its upper left one, so that what ran clockwise by `quarters` runs to the right. */
export function turnFrame({ corners, isFound }: CardFrame, quarters: number): CardFrame {
  const at = (index: number): Point => corners[(index + quarters + 4) % 4] ?? corners[0];
  return sizedFrame([at(0), at(1), at(2), at(3)], isFound);
}

function sizedFrame(corners: Quad, isFound: boolean): CardFrame {
  const { across, down } = sidesOf(corners);
  const scale = Math.min(1, MAX_SIDE / Math.max(across, down));
  return {
    corners,
    width: Math.max(1, Math.round(across * scale)),
    height: Math.max(1, Math.round(down * scale)),
    isFound,
  };
}

export function toPicture({ corners, width, height }: CardFrame): Homography {
  return homographyBetween(rectangle(width, height), corners);
}

export function fromPicture({ corners, width, height }: CardFrame): Homography {
  return homographyBetween(corners, rectangle(width, height));
}

/** A drawing of the frame, or of a little more, in another size. */
export interface View {
  width: number;
  height: number;
  toPicture: Homography;
  toFrame: Homography;
}

/**
 * @param longSide of the view, pixels
 * @param grid sides are multiples of it
 * @param margin what is drawn around the frame, of its longer side
 */
export function viewOf(
  frame: CardFrame,
  { longSide, grid, margin }: { longSide: number; grid: number; margin: number },
): View {
  const around = margin * Math.max(frame.width, frame.height);
  const full = { width: frame.width + 2 * around, height: frame.height + 2 * around };
  const scale = longSide / Math.max(full.width, full.height);
  const snap = (length: number): number => Math.max(grid, Math.round((length * scale) / grid) * grid);
  const [width, height] = [snap(full.width), snap(full.height)];
  const toFrame: Homography = [full.width / width, 0, -around, 0, full.height / height, -around, 0, 0, 1];
  return { width, height, toFrame, toPicture: chain(toFrame, toPicture(frame)) };
}
