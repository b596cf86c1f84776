import { homographyBetween, mapQuad, rectangle } from '../picture/homography.js';
import type { TextView } from './printed-side.js';
import { outlineOf } from './text-shapes.js';

/** Lines are drawn this high, so that letters of any size are judged alike. */
const LINE_HEIGHT = 48;
const MAX_WIDTH = 480;

/** So many of the longest lines are looked at, and the middle one counts. */
const LINES = 7;

/** What is left out at both ends of a line's luminances, and the steepest edges that count. */
const TAIL = 0.04;
const STEEPEST = 0.98;

/**
 * How steep the edges of letters are: the change from one pixel to the next but one, of the whole contrast, 0..1, in
 * lines drawn 48 pixels high. Undefined without a line of text.
 */
export function letterSharpness({ pyramid, view, shapes }: TextView): number | undefined {
  const lines = [...shapes].sort((one, other) => other.length - one.length).slice(0, LINES);
  const found = lines.map((shape) => {
    const corners = mapQuad(outlineOf(shape), view.toPicture);
    const width = Math.min(
      MAX_WIDTH,
      Math.max(LINE_HEIGHT, Math.round((LINE_HEIGHT * shape.length) / shape.thickness)),
    );
    const size = { width, height: LINE_HEIGHT };
    return steepness(pyramid.draw(homographyBetween(rectangle(width, LINE_HEIGHT), corners), size).values, width);
  });
  return found.sort((one, other) => one - other)[found.length >> 1];
}

function steepness(values: Uint8Array, width: number): number {
  const contrast = valueAt(values, 1 - TAIL) - valueAt(values, TAIL);
  const changes = values.map((value, index) => (index % width < 2 ? 0 : Math.abs(value - (values[index - 2] ?? 0))));
  return contrast > 0 ? Math.min(1, valueAt(changes, STEEPEST) / contrast) : 0;
}

/** The value that a share of all values lies below. */
function valueAt(values: Uint8Array, share: number): number {
  const counts = new Uint32Array(256);
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  const wanted = Math.floor(share * (values.length - 1));
  let below = 0;
  return counts.findIndex((count) => (below += count) > wanted);
}
