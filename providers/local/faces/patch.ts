import { scaleOf, type Similarity } from './geometry.js';
import type { Picture } from './picture.js';

/** A square cut-out: planar RGB (all red, all green, all blue), 0..255, not rounded. Outside the picture it is black. */
export interface Patch {
  size: number;
  values: Float32Array;
}

/** More samples per patch pixel and axis change no verdict, only the time it takes. */
const MAX_SAMPLES_PER_AXIS = 3;

/** Enough for a face that fills a picture of 1280 pixels, whatever it is cut to. */
const EVERY_PIXEL = 16;

/**
 * Cuts a patch; `toPicture` maps patch coordinates to picture coordinates. Each patch pixel is the mean of several
 * samples, because a picture that is shrunk by leaving pixels out moves landmarks and changes descriptors.
 */
export function cutPatch(picture: Picture, toPicture: Similarity, size: number): Patch {
  return averaged(picture, toPicture, { size, most: MAX_SAMPLES_PER_AXIS });
}

/**
 * The same from all pixels: where fine stripes (a screen's) are in the picture, leaving some out makes coarse ones, and
 * those change how like one photograph a small patch is to another.
 */
export function cutWholePatch(picture: Picture, toPicture: Similarity, size: number): Patch {
  return averaged(picture, toPicture, { size, most: EVERY_PIXEL });
}

function averaged(picture: Picture, toPicture: Similarity, { size, most }: { size: number; most: number }): Patch {
  const values = new Float32Array(3 * size * size);
  const perAxis = Math.min(Math.ceil(scaleOf(toPicture)), most);
  if (perAxis <= 2) averageBilinear(picture, toPicture, { size, values });
  else averageNearest(picture, toPicture, { size, values, perAxis });
  return { size, values };
}

/** The patch's values as (value - subtract) / divideBy; a plain loop, because `map` takes ten times as long. */
export function scaledValues({ values }: Patch, subtract: number, divideBy: number): Float32Array {
  const scaled = new Float32Array(values.length);
  for (let at = 0; at < values.length; at++) scaled[at] = ((values[at] ?? 0) - subtract) / divideBy;
  return scaled;
}

/** The patch mirrored left to right. */
export function mirrorPatch({ size, values }: Patch): Patch {
  const mirrored = new Float32Array(values.length);
  for (let start = 0; start < values.length; start += size)
    for (let x = 0; x < size; x++) mirrored[start + x] = values[start + size - 1 - x] ?? 0;
  return { size, values: mirrored };
}

interface Target {
  size: number;
  values: Float32Array;
}

/*
 * The hot loops of this provider: nothing is allocated in them and no function is called. A comparison in the positive
 * keeps NaN out, and `| 0` rounds down because its number is not negative.
 */

/** Samples fall between several picture pixels each, so the nearest one is as good as a mean of four. */
function averageNearest(
  { width, height, pixels }: Picture,
  { a, b, shiftX, shiftY }: Similarity,
  { size, values, perAxis }: Target & { perAxis: number },
): void {
  const area = size * size;
  const step = 1 / perAxis;
  const share = step * step;
  for (let at = 0; at < area; at++) {
    const column = (at % size) + step / 2;
    const row = ((at / size) | 0) + step / 2;
    let red = 0;
    let green = 0;
    let blue = 0;
    for (let v = row; v < row + 1 - step / 4; v += step)
      for (let u = column; u < column + 1 - step / 4; u += step) {
        const x = a * u - b * v + shiftX;
        const y = b * u + a * v + shiftY;
        if (!(x >= 0 && y >= 0 && x < width && y < height)) continue;
        const from = 3 * ((y | 0) * width + (x | 0));
        red += pixels[from] ?? 0;
        green += pixels[from + 1] ?? 0;
        blue += pixels[from + 2] ?? 0;
      }
    values[at] = red * share;
    values[at + area] = green * share;
    values[at + 2 * area] = blue * share;
  }
}

/** Four samples per patch pixel, each the weighted mean of the four picture pixels around it. */
function averageBilinear(
  { width, height, pixels }: Picture,
  { a, b, shiftX, shiftY }: Similarity,
  { size, values }: Target,
): void {
  const area = size * size;
  for (let at = 0; at < area; at++) {
    let red = 0;
    let green = 0;
    let blue = 0;
    for (let sample = 0; sample < 4; sample++) {
      const u = (at % size) + (sample & 1 ? 0.75 : 0.25);
      const v = ((at / size) | 0) + (sample & 2 ? 0.75 : 0.25);
      // One is added and taken away again, so that the neighbours of the first row and column are not negative.
      const x = a * u - b * v + shiftX + 0.5;
      const y = b * u + a * v + shiftY + 0.5;
      if (!(x >= 0 && y >= 0 && x < width + 1 && y < height + 1)) continue;
      const right = x - (x | 0);
      const low = y - (y | 0);
      for (let corner = 0; corner < 4; corner++) {
        const column = (x | 0) - 1 + (corner & 1);
        const line = (y | 0) - 1 + (corner >> 1);
        if (column < 0 || line < 0 || column >= width || line >= height) continue;
        const weight = (corner & 1 ? right : 1 - right) * (corner >> 1 ? low : 1 - low);
        const from = 3 * (line * width + column);
        red += weight * (pixels[from] ?? 0);
        green += weight * (pixels[from + 1] ?? 0);
        blue += weight * (pixels[from + 2] ?? 0);
      }
    }
    values[at] = red / 4;
    values[at + area] = green / 4;
    values[at + 2 * area] = blue / 4;
  }
}
