import type { Point } from '../../faces/geometry.js';
import { DOCUMENT_MODELS } from '../document-models.js';
import type { Quad } from '../picture/homography.js';

/** A line of text as a turned rectangle, in pixels of the picture it was found in. */
export interface TextShape {
  centre: Point;
  /** Direction of the line in radians; 0 runs to the right. Which end is the beginning is not known. */
  angle: number;
  length: number;
  thickness: number;
  /** 0..1. */
  confidence: number;
}

/** What the network of PP-OCRv4 says of each pixel, 0..1. */
export interface TextMap {
  width: number;
  height: number;
  values: Float32Array;
}

/** As in PP-OCR: from here a pixel belongs to a line; a line counts from this mean. */
const PIXEL_LIMIT = DOCUMENT_MODELS.printFinder.thresholds.pixel.value;
const SHAPE_LIMIT = DOCUMENT_MODELS.printFinder.thresholds.line.value;
const MIN_PIXELS = 12;

/** The network marks the core of a line; this is how far PP-OCR grows it (area over outline, times this). */
const GROWTH = 1.5;

/** Shapes that are this much longer than thick show the direction of their text by themselves. */
const ELONGATED = 3;

/** The lines of a map: connected pixels as turned rectangles. */
export function shapesIn(map: TextMap): TextShape[] {
  const spots = spotsIn(map).filter(
    ({ pixels, sum }) => pixels.length >= MIN_PIXELS && sum / pixels.length >= SHAPE_LIMIT,
  );
  const main = mainAngle(spots.map((spot) => axisOf(spot, map.width)));
  return spots.map((spot) => shapeOf(spot, map.width, main));
}

interface Spot {
  /** Positions in the map. */
  pixels: Int32Array;
  sum: number;
}

function spotsIn({ width, height, values }: TextMap): Spot[] {
  const seen = new Uint8Array(values.length);
  const queue = new Int32Array(values.length);
  const spots: Spot[] = [];
  for (let start = 0; start < values.length; start++) {
    if (seen[start] || (values[start] ?? 0) < PIXEL_LIMIT) continue;
    let sum = 0;
    let end = 0;
    const visit = (at: number): void => {
      if (seen[at] || (values[at] ?? 0) < PIXEL_LIMIT) return;
      seen[at] = 1;
      queue[end++] = at;
      sum += values[at] ?? 0;
    };
    visit(start);
    for (let next = 0; next < end; next++) {
      const at = queue[next] ?? 0;
      const x = at % width;
      if (x > 0) visit(at - 1);
      if (x < width - 1) visit(at + 1);
      if (at >= width) visit(at - width);
      if (at < width * (height - 1)) visit(at + width);
    }
    spots.push({ pixels: queue.slice(0, end), sum });
  }
  return spots;
}

interface Axis {
  centre: Point;
  angle: number;
  /** Deviation along the axis over deviation across. */
  stretch: number;
  size: number;
}

/** Principal axis of the pixels. */
function axisOf({ pixels }: Spot, width: number): Axis {
  const centre = { x: 0, y: 0 };
  for (const at of pixels) {
    centre.x += (at % width) + 0.5;
    centre.y += Math.floor(at / width) + 0.5;
  }
  centre.x /= pixels.length;
  centre.y /= pixels.length;
  // A pixel is an area, not a point: 1/12 is its own variance.
  let xx = 1 / 12;
  let yy = 1 / 12;
  let xy = 0;
  for (const at of pixels) {
    const x = (at % width) + 0.5 - centre.x;
    const y = Math.floor(at / width) + 0.5 - centre.y;
    xx += (x * x) / pixels.length;
    yy += (y * y) / pixels.length;
    xy += (x * y) / pixels.length;
  }
  const spread = Math.hypot(xx - yy, 2 * xy);
  return {
    centre,
    angle: Math.atan2(2 * xy, xx - yy) / 2,
    stretch: Math.sqrt((xx + yy + spread) / Math.max(1e-9, xx + yy - spread)),
    size: pixels.length,
  };
}

/** Mean direction of the elongated shapes, by area; lines and not arrows, hence the doubled angles. */
function mainAngle(axes: readonly Axis[]): number {
  let x = 0;
  let y = 0;
  for (const { angle, stretch, size } of axes) {
    if (stretch < ELONGATED) continue;
    x += size * Math.cos(2 * angle);
    y += size * Math.sin(2 * angle);
  }
  return Math.atan2(y, x) / 2;
}

function shapeOf(spot: Spot, width: number, main: number): TextShape {
  const axis = axisOf(spot, width);
  const own = axis.stretch >= ELONGATED ? axis.angle : main;
  // Lines that stand upright would else run up or down by chance.
  const angle = Math.cos(own - main) < 0 ? own + Math.PI : own;
  const across = { x: -Math.sin(angle), y: Math.cos(angle) };
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const at of spot.pixels) {
    const x = (at % width) + 0.5 - axis.centre.x;
    const y = Math.floor(at / width) + 0.5 - axis.centre.y;
    const along = x * across.y - y * across.x;
    const off = x * across.x + y * across.y;
    left = Math.min(left, along);
    right = Math.max(right, along);
    top = Math.min(top, off);
    bottom = Math.max(bottom, off);
  }
  const length = right - left + 1;
  const thickness = bottom - top + 1;
  const growth = (GROWTH * length * thickness) / (2 * (length + thickness));
  const middle = { along: (left + right) / 2, off: (top + bottom) / 2 };
  return {
    centre: {
      x: axis.centre.x + middle.along * across.y + middle.off * across.x,
      y: axis.centre.y - middle.along * across.x + middle.off * across.y,
    },
    angle,
    length: length + 2 * growth,
    thickness: thickness + 2 * growth,
    confidence: spot.sum / spot.pixels.length,
  };
}

/** Corners of a shape, its line running from the first to the second. */
export function outlineOf({ centre, angle, length, thickness }: TextShape): Quad {
  const along = { x: (length / 2) * Math.cos(angle), y: (length / 2) * Math.sin(angle) };
  const down = { x: (-thickness / 2) * Math.sin(angle), y: (thickness / 2) * Math.cos(angle) };
  const corner = (right: 1 | -1, below: 1 | -1) => ({
    x: centre.x + right * along.x + below * down.x,
    y: centre.y + right * along.y + below * down.y,
  });
  return [corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1)];
}
