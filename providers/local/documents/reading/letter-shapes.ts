import type { GreyPicture } from '../picture/grey-picture.js';
import { FLAT_PAPER } from '../picture/paper.js';
import { END_MARGIN_PIXELS, LETTER_HEIGHT } from './zone-strip.js';

/** Read once: looking a global up is slow where code runs in a context of its own, as under Jest. */
const { max, min } = Math;

/** A letter's ink, brought to one size; mean 0 and length 1, so that the product of two is their correlation. */
export type LetterShape = Float32Array;

const GRID = { width: 12, height: 16 };

/** Darker than this is ink when a letter's outline is looked for; of faint print the first of these that gives one. */
const INKS = [0.57 * FLAT_PAPER, 0.63 * FLAT_PAPER, 0.69 * FLAT_PAPER];

/** Width of most letters, in letter heights; the first and the last of a line stand half of it inside. */
const LETTER_WIDTH = 0.6;

/** How far from the middle of its cell a letter may end, in cells. */
const REACH = 0.8;

/** Width over height of round letters (0.62 as drawn); another shape is no letter, or two. */
const ROUND = { min: 0.48, max: 0.8 };

/** A letter's outline is known to a pixel; these are tried on every side. */
const NUDGES = [-0.75, 0, 0.75];

/**
 * The round letter at a place of a line of `count` letters; all stand in cells of one width. A round letter has ink in
 * each of its columns, so that it ends where a column has none. The first shape is the outline as it was found, the
 * others differ by less than a pixel. Empty where there is no ink.
 */
function letterShapes(line: GreyPicture, place: number, count: number): LetterShape[] {
  const half = (LETTER_WIDTH * LETTER_HEIGHT) / 2;
  const first = END_MARGIN_PIXELS + half;
  const pitch = (line.width - 2 * first) / (count - 1);
  const middle = first + place * pitch;
  const reach = Math.round(REACH * pitch);
  const box = INKS.map((ink) => inkAround(line, { middle: Math.round(middle), reach, ink })).find(isRound);
  if (!box) return [];
  const nudged = NUDGES.flatMap((left) =>
    NUDGES.flatMap((right) =>
      NUDGES.flatMap((top) => NUDGES.map((bottom) => normalised(line, nudge(box, { left, right, top, bottom })))),
    ),
  );
  return [normalised(line, box), ...nudged];
}

/** The round letters of a zone's lines; what was cut out once is kept, for readings are compared with each other. */
export class RoundLetters {
  private readonly cut = new Map<string, LetterShape[]>();

  constructor(private readonly pictures: readonly GreyPicture[]) {}

  /** Shapes of the letter at a column of a line that has `count` letters. */
  at(line: number, column: number, count: number): LetterShape[] {
    const key = `${line} ${column} ${count}`;
    const known = this.cut.get(key);
    if (known) return known;
    const picture = this.pictures[line];
    const shapes = picture ? letterShapes(picture, column, count) : [];
    this.cut.set(key, shapes);
    return shapes;
  }
}

/** Correlation of a letter with a shape, -1..1: of its shapes the likest counts. */
export function likeness(letter: readonly LetterShape[], other: LetterShape): number {
  return Math.max(...letter.map((shape) => product(shape, other)));
}

/** How far a letter lies along a direction in which shapes differ: the mean of its shapes, so that no outline decides. */
export function alongDirection(letter: readonly LetterShape[], direction: Float32Array): number {
  return letter.reduce((sum, shape) => sum + product(shape, direction), 0) / letter.length;
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

function isRound(ink: Ink | undefined): ink is Ink {
  if (!ink) return false;
  const { left, right, top, bottom } = ink;
  const aspect = (right - left) / (bottom - top);
  return aspect >= ROUND.min && aspect <= ROUND.max;
}

function nudge(ink: Ink, by: Ink): Ink {
  return {
    left: ink.left + by.left,
    right: ink.right + by.right,
    top: ink.top + by.top,
    bottom: ink.bottom + by.bottom,
  };
}

interface InkSearch {
  middle: number;
  /** Columns to either side of the middle, at most. */
  reach: number;
  ink: number;
}

function inkAround(line: GreyPicture, { middle, reach, ink }: InkSearch): Ink | undefined {
  let [left, right] = [middle, middle];
  while (left > middle - reach && inkInColumn(line, left - 1, ink)) left--;
  while (right < middle + reach && inkInColumn(line, right, ink)) right++;
  const columns = Array.from({ length: right - left }, (_, index) => inkInColumn(line, left + index, ink));
  const top = Math.min(...columns.map((column) => column?.top ?? Infinity));
  const bottom = Math.max(...columns.map((column) => column?.bottom ?? -Infinity));
  return bottom > top ? { left, right, top, bottom } : undefined;
}

function inkInColumn(
  { width, height, values }: GreyPicture,
  x: number,
  ink: number,
): Pick<Ink, 'top' | 'bottom'> | undefined {
  if (x < 0 || x >= width) return undefined;
  let [top, bottom] = [Infinity, -Infinity];
  for (let y = 0; y < height; y++) {
    if ((values[y * width + x] ?? 0) >= ink) continue;
    top = Math.min(top, y);
    bottom = y + 1;
  }
  return bottom > top ? { top, bottom } : undefined;
}

/** The hot loop of telling letters apart: nothing is allocated in it. */
function normalised({ width, height, values }: GreyPicture, { left, right, top, bottom }: Ink): LetterShape {
  const shape = new Float32Array(GRID.width * GRID.height);
  const [stepX, stepY] = [(right - left) / GRID.width, (bottom - top) / GRID.height];
  let sum = 0;
  for (let row = 0, to = 0; row < GRID.height; row++) {
    const y = min(height - 1, max(0, top - 0.5 + (row + 0.5) * stepY));
    const upper = min(height - 2, y | 0);
    for (let column = 0; column < GRID.width; column++, to++) {
      const x = min(width - 1, max(0, left - 0.5 + (column + 0.5) * stepX));
      const first = min(width - 2, x | 0);
      const at = upper * width + first;
      const [here, below] = [values[at] ?? 0, values[at + width] ?? 0];
      const onUpper = here + (x - first) * ((values[at + 1] ?? 0) - here);
      const onLower = below + (x - first) * ((values[at + width + 1] ?? 0) - below);
      const ink = FLAT_PAPER - onUpper - (y - upper) * (onLower - onUpper);
      shape[to] = ink;
      sum += ink;
    }
  }
  const mean = sum / shape.length;
  return ofLengthOne(shape.map((value) => value - mean));
}

function ofLengthOne(values: Float32Array): LetterShape {
  const length = Math.sqrt(product(values, values));
  return length > 0 ? values.map((value) => value / length) : values;
}

function product(one: Float32Array, other: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < one.length; at++) sum += (one[at] ?? 0) * (other[at] ?? 0);
  return sum;
}
