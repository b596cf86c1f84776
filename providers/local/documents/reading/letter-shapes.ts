import type { GreyPicture } from '../picture/grey-picture.js';
import { FLAT_PAPER } from '../picture/paper.js';
import { END_MARGIN_PIXELS, LETTER_HEIGHT } from './zone-strip.js';

/** A letter's ink, brought to one size; mean 0 and length 1, so that the product of two is their correlation. */
export type LetterShape = Float32Array;

const GRID = { width: 12, height: 16 };

/** Darker than this is ink when a letter's outline is looked for. */
const INK = 0.57 * FLAT_PAPER;

/** Width of most letters, in letter heights; the first and the last of a line stand half of it inside. */
const LETTER_WIDTH = 0.6;

/** Cells are cut a little narrower than they are, so that no neighbour is in them. */
const CELL_SHARE = 0.96;

/** The letter at a place of a line of `count` letters; all stand in cells of one width. Undefined where there is no ink. */
export function letterShape(line: GreyPicture, place: number, count: number): LetterShape | undefined {
  const half = (LETTER_WIDTH * LETTER_HEIGHT) / 2;
  const first = END_MARGIN_PIXELS + half;
  const pitch = (line.width - 2 * first) / (count - 1);
  const middle = first + place * pitch;
  const box = inkIn(line, Math.round(middle - (CELL_SHARE * pitch) / 2), Math.round(middle + (CELL_SHARE * pitch) / 2));
  return box && normalised(line, box);
}

/** Correlation of two shapes, -1..1. */
export function likeness(one: LetterShape, other: LetterShape): number {
  return one.reduce((sum, value, at) => sum + value * (other[at] ?? 0), 0);
}

/** The mean of shapes, again of length 1. */
export function meanShape(shapes: readonly LetterShape[]): LetterShape {
  const sum = new Float32Array(GRID.width * GRID.height);
  for (const shape of shapes) shape.forEach((value, at) => (sum[at] = (sum[at] ?? 0) + value));
  return ofLengthOne(sum);
}

interface Ink {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

function inkIn({ width, height, values }: GreyPicture, from: number, to: number): Ink | undefined {
  const ink: Ink = { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity };
  for (let y = 0; y < height; y++)
    for (let x = Math.max(0, from); x < Math.min(width, to); x++) {
      if ((values[y * width + x] ?? 0) >= INK) continue;
      ink.left = Math.min(ink.left, x);
      ink.right = Math.max(ink.right, x + 1);
      ink.top = Math.min(ink.top, y);
      ink.bottom = Math.max(ink.bottom, y + 1);
    }
  return ink.right > ink.left ? ink : undefined;
}

function normalised({ width, height, values }: GreyPicture, { left, right, top, bottom }: Ink): LetterShape {
  const inkAt = (x: number, y: number): number =>
    FLAT_PAPER - (values[Math.min(height - 1, Math.max(0, y)) * width + Math.min(width - 1, Math.max(0, x))] ?? 0);
  const shape = Float32Array.from({ length: GRID.width * GRID.height }, (_, at) => {
    const x = left - 0.5 + (((at % GRID.width) + 0.5) * (right - left)) / GRID.width;
    const y = top - 0.5 + ((Math.floor(at / GRID.width) + 0.5) * (bottom - top)) / GRID.height;
    const [column, row] = [Math.floor(x), Math.floor(y)];
    const upper = inkAt(column, row) + (x - column) * (inkAt(column + 1, row) - inkAt(column, row));
    const lower = inkAt(column, row + 1) + (x - column) * (inkAt(column + 1, row + 1) - inkAt(column, row + 1));
    return upper + (y - row) * (lower - upper);
  });
  const mean = shape.reduce((sum, value) => sum + value, 0) / shape.length;
  return ofLengthOne(shape.map((value) => value - mean));
}

function ofLengthOne(values: Float32Array): LetterShape {
  const length = Math.hypot(...values);
  return length > 0 ? values.map((value) => value / length) : values;
}
