import type { Picture } from '../../faces/picture.js';
import { applyHomography, type Homography } from './homography.js';

/** Read once: looking a global up is slow where code runs in a context of its own, as under Jest. */
const { max, min } = Math;

/** 8-bit luminance, row by row from the top. */
export interface GreyPicture {
  width: number;
  height: number;
  values: Uint8Array;
}

/** Luma of ITU-R BT.601, in 256ths. */
const RED = 77;
const GREEN = 150;
const BLUE = 29;

export function greyOf({ width, height, pixels }: Picture): GreyPicture {
  const values = new Uint8Array(width * height);
  for (let at = 0, from = 0; at < values.length; at++, from += 3) {
    const sum = RED * (pixels[from] ?? 0) + GREEN * (pixels[from + 1] ?? 0) + BLUE * (pixels[from + 2] ?? 0);
    values[at] = (sum + 128) >> 8;
  }
  return { width, height, values };
}

/** Half the size; each value is the mean of four. An odd last row or column is dropped. */
export function halveGrey({ width, height, values }: GreyPicture): GreyPicture {
  const half = { width: width >> 1, height: height >> 1 };
  const target = new Uint8Array(half.width * half.height);
  for (let y = 0, to = 0; y < half.height; y++)
    for (let x = 0; x < half.width; x++, to++) {
      const at = 2 * y * width + 2 * x;
      const lower = at + width;
      target[to] =
        ((values[at] ?? 0) + (values[at + 1] ?? 0) + (values[lower] ?? 0) + (values[lower + 1] ?? 0) + 2) >> 2;
    }
  return { ...half, values: target };
}

export function turnHalf({ width, height, values }: GreyPicture): GreyPicture {
  return { width, height, values: values.slice().reverse() };
}

/** A grey picture with its half-size copies, so that what is shrunk is averaged and not merely sampled. */
export class GreyPyramid {
  private readonly levels: GreyPicture[];

  constructor(readonly picture: GreyPicture) {
    this.levels = [picture];
  }

  /**
   * Draws `size.width` x `size.height` values; `toPicture` takes their coordinates to coordinates of the picture.
   * What lies outside the picture repeats its edge.
   */
  draw(toPicture: Homography, size: { width: number; height: number }): GreyPicture {
    const level = Math.max(0, Math.round(Math.log2(scaleIn(toPicture, size))));
    const { picture, shrink } = this.level(level);
    const [a, b, c, d, e, f, g, h, i] = toPicture;
    return sample(picture, [a / shrink, b / shrink, c / shrink, d / shrink, e / shrink, f / shrink, g, h, i], size);
  }

  /** The first copy whose longer side is at most `side` pixels, and how many times smaller it is. */
  smallerThan(side: number): { picture: GreyPicture; shrink: number } {
    const longer = Math.max(this.picture.width, this.picture.height);
    return this.level(Math.max(0, Math.ceil(Math.log2(longer / side))));
  }

  private level(wanted: number): { picture: GreyPicture; shrink: number } {
    let last = this.levels.at(-1) ?? this.picture;
    while (this.levels.length <= wanted && Math.min(last.width, last.height) >= 4) {
      last = halveGrey(last);
      this.levels.push(last);
    }
    const reached = Math.min(wanted, this.levels.length - 1);
    return { picture: this.levels[reached] ?? this.picture, shrink: 2 ** reached };
  }
}

/** How many picture pixels one drawn pixel spans in the middle. */
function scaleIn(toPicture: Homography, { width, height }: { width: number; height: number }): number {
  const centre = { x: width / 2, y: height / 2 };
  const middle = applyHomography(toPicture, centre);
  const right = applyHomography(toPicture, { x: centre.x + 1, y: centre.y });
  const below = applyHomography(toPicture, { x: centre.x, y: centre.y + 1 });
  const cross = (right.x - middle.x) * (below.y - middle.y) - (right.y - middle.y) * (below.x - middle.x);
  return Math.max(1, Math.sqrt(Math.abs(cross)));
}

/** Bilinear. The hot loop of reading documents: nothing is allocated in it, and it divides once. */
function sample(
  { width, height, values }: GreyPicture,
  [a, b, c, d, e, f, g, h, i]: Homography,
  size: { width: number; height: number },
): GreyPicture {
  const target = new Uint8Array(size.width * size.height);
  const [lastColumn, lastRow] = [width - 1, height - 1];
  for (let row = 0, to = 0; row < size.height; row++) {
    const v = row + 0.5;
    const [fromX, fromY, fromW] = [b * v + c, e * v + f, h * v + i];
    for (let column = 0; column < size.width; column++, to++) {
      const u = column + 0.5;
      const share = 1 / (g * u + fromW);
      const x = min(lastColumn, max(0, (a * u + fromX) * share - 0.5));
      const y = min(lastRow, max(0, (d * u + fromY) * share - 0.5));
      const left = min(width - 2, x | 0);
      const top = min(height - 2, y | 0);
      const at = top * width + left;
      const below = at + width;
      const [upperLeft, lowerLeft] = [values[at] ?? 0, values[below] ?? 0];
      const upper = upperLeft + (x - left) * ((values[at + 1] ?? 0) - upperLeft);
      const lower = lowerLeft + (x - left) * ((values[below + 1] ?? 0) - lowerLeft);
      target[to] = upper + (y - top) * (lower - upper) + 0.5;
    }
  }
  return { ...size, values: target };
}
