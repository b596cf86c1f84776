import { scaleOf, type Similarity } from './geometry.js';
import { halvePicture, type Picture } from './picture.js';

/** A square cut-out: planar RGB (all red, all green, all blue), 0..255, not rounded. Outside the picture it is black. */
export interface Patch {
  size: number;
  values: Float32Array;
}

/**
 * A picture with its half-size copies, made when first needed, so that small patches of large pictures are averaged
 * and not merely sampled (aliasing moves key points and changes descriptors).
 */
export class PicturePyramid {
  private readonly levels: Picture[];

  constructor(readonly picture: Picture) {
    this.levels = [picture];
  }

  /** Cuts a patch; `toPicture` maps patch coordinates to picture coordinates. */
  cut(toPicture: Similarity, size: number): Patch {
    const depth = Math.max(0, Math.floor(Math.log2(scaleOf(toPicture))));
    const { picture, shrink } = this.level(depth);
    const { a, b, shiftX, shiftY } = toPicture;
    return sample(picture, { a: a / shrink, b: b / shrink, shiftX: shiftX / shrink, shiftY: shiftY / shrink }, size);
  }

  private level(depth: number): { picture: Picture; shrink: number } {
    let last = this.levels.at(-1) ?? this.picture;
    while (this.levels.length <= depth && Math.min(last.width, last.height) >= 2) {
      last = halvePicture(last);
      this.levels.push(last);
    }
    const reached = Math.min(depth, this.levels.length - 1);
    return { picture: this.levels[reached] ?? this.picture, shrink: 2 ** reached };
  }
}

/** Positions of the samples inside a patch pixel: enough for the scales 1..2 that the pyramid leaves over. */
const SAMPLE_OFFSETS = [0.25, 0.75];

/** Mean of four bilinear samples per patch pixel. The hot loop of this provider, so nothing is allocated in it. */
function sample(picture: Picture, { a, b, shiftX, shiftY }: Similarity, size: number): Patch {
  const area = size * size;
  const values = new Float32Array(3 * area);
  for (let at = 0; at < area; at++) {
    for (const offsetY of SAMPLE_OFFSETS)
      for (const offsetX of SAMPLE_OFFSETS) {
        const u = (at % size) + offsetX;
        const v = Math.floor(at / size) + offsetY;
        addBilinear({ picture, x: a * u - b * v + shiftX - 0.5, y: b * u + a * v + shiftY - 0.5, values, at, area });
      }
  }
  return { size, values };
}

interface BilinearSample {
  picture: Picture;
  /** In picture pixels, relative to the centre of the first pixel. */
  x: number;
  y: number;
  values: Float32Array;
  at: number;
  area: number;
}

function addBilinear({ picture, x, y, values, at, area }: BilinearSample): void {
  const { width, height, pixels } = picture;
  const left = Math.floor(x);
  const top = Math.floor(y);
  for (let row = top; row <= top + 1; row++) {
    if (row < 0 || row >= height) continue;
    const rowWeight = (1 - Math.abs(y - row)) / 4;
    for (let column = left; column <= left + 1; column++) {
      if (column < 0 || column >= width) continue;
      const weight = rowWeight * (1 - Math.abs(x - column));
      const from = 3 * (row * width + column);
      values[at] = (values[at] ?? 0) + weight * (pixels[from] ?? 0);
      values[at + area] = (values[at + area] ?? 0) + weight * (pixels[from + 1] ?? 0);
      values[at + 2 * area] = (values[at + 2 * area] ?? 0) + weight * (pixels[from + 2] ?? 0);
    }
  }
}

/** The patch mirrored left to right. */
export function mirrorPatch({ size, values }: Patch): Patch {
  const mirrored = new Float32Array(values.length);
  for (let start = 0; start < values.length; start += size)
    for (let x = 0; x < size; x++) mirrored[start + x] = values[start + size - 1 - x] ?? 0;
  return { size, values: mirrored };
}
