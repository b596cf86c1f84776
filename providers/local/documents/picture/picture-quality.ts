import type { CheckReason } from '../../../kit/index.js';
import type { CardFrame } from './card-frame.js';
import type { GreyPicture } from './grey-picture.js';
import { sidesOf } from './homography.js';

/** What decides whether the picture of a side is good enough. */
export interface PictureMeasures {
  /** Longer side of the card in the picture, pixels. */
  cardPixels: number;
  /** Whether a part of the card seems to lie outside the picture. */
  isCutOff: boolean;
  /** Luminance of the paper, 0..255. */
  paper: number;
  /** Share of the card that is blinded by a mirrored lamp, 0..1. */
  glare: number;
  /** How steep the edges of letters are, 0..1; undefined without letters. */
  sharpness?: number;
}

export interface QualityLimits {
  minCardPixels: number;
  paper: readonly [number, number];
  maxGlare: number;
  minSharpness: number;
}

/** Measured on drawn documents (README, "Numbers"): what is beyond a limit is seldom read. */
const LIMITS = { paper: [70, 250], maxGlare: 0.02, minSharpness: 0.3 } as const;

/** The letters of a zone want 1280 pixels; a card that lies at an angle is foreshortened by up to 7 %. */
export const ZONE_LIMITS: QualityLimits = { ...LIMITS, minCardPixels: 1190 };
/** Print is larger. */
export const PRINT_LIMITS: QualityLimits = { ...LIMITS, minCardPixels: 850 };

/** Reasons for which another picture should be taken; empty when this one will do. What is no number stops it too. */
export function qualityReasons(measures: PictureMeasures, limits: QualityLimits): CheckReason[] {
  const reasons: CheckReason[] = [];
  if (measures.isCutOff) reasons.push('document_cut_off');
  if (!(measures.cardPixels >= limits.minCardPixels)) reasons.push('document_too_small');
  if (!(measures.paper >= limits.paper[0])) reasons.push('document_too_dark');
  if (!(measures.paper <= limits.paper[1])) reasons.push('document_too_bright');
  if (!(measures.glare <= limits.maxGlare)) reasons.push('document_glare');
  if (measures.sharpness !== undefined && !(measures.sharpness >= limits.minSharpness)) {
    reasons.push('document_blurred');
  }
  return reasons;
}

/** Blinded pixels are at the end of the scale. */
const BLINDED = 252;
const TILE = 16;
const TILE_SHARE = 0.8;

/** Half of all pixels of a document are paper; of the light half, the middle is what the paper reflects. */
const PAPER_SHARE = 0.75;

/** Measures of light over a straightened drawing of the side. */
export function measureLight({ width, height, values }: GreyPicture): Pick<PictureMeasures, 'paper' | 'glare'> {
  const counts = new Uint32Array(256);
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  let below = 0;
  const paper = counts.findIndex((count) => (below += count) >= PAPER_SHARE * values.length);
  let blinded = 0;
  let tiles = 0;
  for (let top = 0; top + TILE <= height; top += TILE)
    for (let left = 0; left + TILE <= width; left += TILE) {
      let count = 0;
      for (let row = top; row < top + TILE; row++)
        for (let at = row * width + left, end = at + TILE; at < end; at++) if ((values[at] ?? 0) >= BLINDED) count++;
      tiles++;
      if (count >= TILE_SHARE * TILE * TILE) blinded++;
    }
  return { paper, glare: tiles > 0 ? blinded / tiles : 0 };
}

/** Share of a picture's longer side: a card or a line of text this near to the edge goes on outside. */
const AT_EDGE = 0.004;

/** Longer side of the card in the picture, and whether one of its corners lies outside. */
export function measurePlace(
  frame: CardFrame,
  { width, height }: { width: number; height: number },
): Pick<PictureMeasures, 'cardPixels' | 'isCutOff'> {
  const { across, down } = sidesOf(frame.corners);
  const margin = AT_EDGE * Math.max(width, height);
  const isOutside = frame.corners.some(
    ({ x, y }) => x < -margin || y < -margin || x > width + margin || y > height + margin,
  );
  return { cardPixels: Math.max(across, down), isCutOff: frame.isFound && isOutside };
}
