import type { Box, PrintedLine } from '../document-reading.js';
import { fromPicture, type CardFrame, type View } from '../picture/card-frame.js';
import type { GreyPyramid } from '../picture/grey-picture.js';
import { mapQuad, type Quad } from '../picture/homography.js';
import type { PrintReader } from './print-reader.js';
import { outlineOf, type TextShape } from './text-shapes.js';

/** A picture, a drawing of it in which lines of text were found, and these lines. */
export interface TextView {
  pyramid: GreyPyramid;
  view: View;
  shapes: readonly TextShape[];
}

/** Lower letters than this, in pixels of the view, are guessed and not read. */
const MIN_THICKNESS = 9;

/** A page of small print is cut short; a document's own text is large. */
const MAX_LINES = 40;

/** How many lines are read both ways to tell which way up a side is, and how long they are for their thickness. */
const PROBES = 3;
const PROBE_STRETCH = { min: 2.5, max: 14 };

/** Below this a line is noise that looked like text. */
const MIN_CONFIDENCE = 0.5;

export class PrintLines {
  constructor(private readonly reader: PrintReader) {}

  /** All lines of an upright frame from top to bottom. */
  async read({ pyramid, view, shapes }: TextView, frame: CardFrame): Promise<PrintedLine[]> {
    const toFrame = fromPicture(frame);
    const legible = shapes.filter(({ thickness }) => thickness >= MIN_THICKNESS);
    const largest = legible.sort((one, other) => other.thickness - one.thickness).slice(0, MAX_LINES);
    const lines: PrintedLine[] = [];
    for (const shape of largest) {
      const corners = mapQuad(outlineOf(shape), view.toPicture);
      const straight = mapQuad(corners, toFrame);
      const isBackward = straight[1].x < straight[0].x;
      const read = await this.reader.read(pyramid, isBackward ? upsideDown(corners) : corners);
      if (read.text !== '' && read.confidence >= MIN_CONFIDENCE) lines.push({ ...read, box: boxAround(straight) });
    }
    return lines.sort((one, other) => one.box.top - other.box.top);
  }

  /**
   * Whether lines run as their shapes do or the other way: what makes more sense of a few. False without lines that
   * could tell.
   */
  async runBackward({ pyramid, view, shapes }: TextView): Promise<boolean> {
    const telling = shapes.filter(({ length, thickness }) => {
      const stretch = length / thickness;
      return thickness >= MIN_THICKNESS && stretch >= PROBE_STRETCH.min && stretch <= PROBE_STRETCH.max;
    });
    const probes = telling.sort((one, other) => other.length - one.length).slice(0, PROBES);
    let [forward, backward] = [0, 0];
    for (const shape of probes) {
      const corners = mapQuad(outlineOf(shape), view.toPicture);
      forward += sense(await this.reader.read(pyramid, corners));
      backward += sense(await this.reader.read(pyramid, upsideDown(corners)));
    }
    return backward > forward;
  }
}

/** Letters on their head are taken for fewer and stranger ones. */
function sense({ text, confidence }: { text: string; confidence: number }): number {
  return confidence * (text.match(/[\p{L}\p{N}]/gu)?.length ?? 0);
}

function upsideDown([a, b, c, d]: Quad): Quad {
  return [c, d, a, b];
}

function boxAround(corners: Quad): Box {
  const left = Math.round(Math.min(...corners.map(({ x }) => x)));
  const top = Math.round(Math.min(...corners.map(({ y }) => y)));
  const right = Math.round(Math.max(...corners.map(({ x }) => x)));
  const bottom = Math.round(Math.max(...corners.map(({ y }) => y)));
  return { left, top, width: right - left, height: bottom - top };
}
