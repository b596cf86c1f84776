import type { GreyPicture } from './grey-picture.js';

/** Read once: looking a global up is slow where code runs in a context of its own, as under Jest. */
const { ceil, floor, max, min } = Math;

/** What the paper becomes. */
export const FLAT_PAPER = 230;

/** The paper's luminance in a tile is what this share of its pixels does not reach. */
const TILE = 32;
const PAPER_SHARE = 0.8;

/** A tile without paper (a black letter, a hole) is not made whiter than this factor. */
const MAX_GAIN = 8;

/** The picture with its paper made evenly light: shadows, tints and soft glare are divided out. */
export function flattenPaper(picture: GreyPicture): GreyPicture {
  const { width, height, values } = picture;
  const columns = ceil(width / TILE);
  const rows = ceil(height / TILE);
  const gains = new Float32Array(columns * rows);
  for (let tile = 0; tile < gains.length; tile++) {
    const paper = paperIn(picture, (tile % columns) * TILE, floor(tile / columns) * TILE);
    gains[tile] = min(MAX_GAIN, FLAT_PAPER / max(1, paper));
  }
  const flat = new Uint8Array(values.length);
  for (let y = 0; y < height; y++) {
    const v = min(rows - 1, max(0, (y + 0.5) / TILE - 0.5));
    const upper = floor(v) * columns;
    const lower = min(rows - 1, floor(v) + 1) * columns;
    for (let x = 0; x < width; x++) {
      const u = min(columns - 1, max(0, (x + 0.5) / TILE - 0.5));
      const left = floor(u);
      const right = min(columns - 1, left + 1);
      const top = mix(gains[upper + left] ?? 1, gains[upper + right] ?? 1, u - left);
      const bottom = mix(gains[lower + left] ?? 1, gains[lower + right] ?? 1, u - left);
      const at = y * width + x;
      flat[at] = min(255, (values[at] ?? 0) * mix(top, bottom, v - floor(v)));
    }
  }
  return { width, height, values: flat };
}

function mix(from: number, to: number, share: number): number {
  return from + share * (to - from);
}

function paperIn({ width, height, values }: GreyPicture, left: number, top: number): number {
  const right = min(width, left + TILE);
  const bottom = min(height, top + TILE);
  const counts = new Uint32Array(256);
  for (let y = top; y < bottom; y++)
    for (let x = left; x < right; x++) {
      const value = values[y * width + x] ?? 0;
      counts[value] = (counts[value] ?? 0) + 1;
    }
  let below = 0;
  const wanted = PAPER_SHARE * (right - left) * (bottom - top);
  return counts.findIndex((count) => (below += count) >= wanted);
}
