import type { GreyPicture } from '../picture/grey-picture.js';
import { FLAT_PAPER } from '../picture/paper.js';

/** Prepares the picture of a line for the engine. Each shows the same letters; none adds or changes one. */
export type LineVariant = (line: GreyPicture) => GreyPicture;

/** Letters closer together than printed are what the network reads best. */
const NARROW = 0.9;
const LESS_NARROW = 0.95;

/** Pixels above and below. */
const ROOM = 6;

/** Darker than this is a letter when only black and white are left. */
const INK = 0.6 * FLAT_PAPER;

/** In the order in which they are tried; the first alone reads almost every line. */
export const LINE_VARIANTS: readonly [LineVariant, ...LineVariant[]] = [
  (line) => contrast(narrow(line, NARROW)),
  (line) => contrast(narrow(withRoom(line), NARROW)),
  (line) => contrast(soften(narrow(line, LESS_NARROW))),
  (line) => blackAndWhite(line),
];

/** With more paper above and below: the engine scales a line to one height, and smaller letters are seldom taken twice. */
function withRoom({ width, height, values }: GreyPicture): GreyPicture {
  const roomy = new Uint8Array(width * (height + 2 * ROOM)).fill(FLAT_PAPER);
  roomy.set(values, width * ROOM);
  return { width, height: height + 2 * ROOM, values: roomy };
}

/** Linear between neighbouring columns. */
function narrow({ width, height, values }: GreyPicture, factor: number): GreyPicture {
  const target = { width: Math.round(width * factor), height };
  const step = width / target.width;
  const narrowed = new Uint8Array(target.width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < target.width; x++) {
      const at = Math.min(width - 1, Math.max(0, (x + 0.5) * step - 0.5));
      const left = Math.floor(at);
      const from = values[y * width + left] ?? 0;
      const to = values[y * width + Math.min(width - 1, left + 1)] ?? 0;
      narrowed[y * target.width + x] = from + (at - left) * (to - from) + 0.5;
    }
  return { ...target, values: narrowed };
}

/** Weights 1, 2, 1 across and down. The outermost pixels stay. */
function soften({ width, height, values }: GreyPicture): GreyPicture {
  const soft = values.slice();
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      let sum = 0;
      for (let row = -1; row <= 1; row++) {
        const at = (y + row) * width + x;
        const across = (values[at - 1] ?? 0) + 2 * (values[at] ?? 0) + (values[at + 1] ?? 0);
        sum += row === 0 ? 2 * across : across;
      }
      soft[y * width + x] = (sum + 8) >> 4;
    }
  return { width, height, values: soft };
}

function contrast({ width, height, values }: GreyPicture): GreyPicture {
  return { width, height, values: values.map((value) => Math.min(255, Math.max(0, 1.3 * value - 60))) };
}

function blackAndWhite({ width, height, values }: GreyPicture): GreyPicture {
  return { width, height, values: values.map((value) => (value < INK ? 0 : 255)) };
}
