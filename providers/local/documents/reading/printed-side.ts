import type { Box, PrintedLine } from '../document-reading.js';
import { fromPicture, type CardFrame, type View } from '../picture/card-frame.js';
import type { GreyPyramid } from '../picture/grey-picture.js';
import { mapQuad, type Quad } from '../picture/homography.js';
import type { PrintedText, PrintReader } from './print-reader.js';
import { outlineOf, type TextShape } from './text-shapes.js';

/** A picture, a drawing of it in which lines of text were found, and these lines. */
export interface TextView {
  pyramid: GreyPyramid;
  view: View;
  shapes: readonly TextShape[];
}

/** Lower letters than this, in pixels of the view, are guessed and not read. */
const MIN_THICKNESS = 9;

/** How many lines are read both ways to tell which way up a side is, and how long they are for their thickness. */
const PROBES = 3;
const PROBE_STRETCH = { min: 2.5, max: 9 };

/** A line of some letters that is read this surely stands the right way up. */
const SURE = 0.93;
const SOME_LETTERS = 4;

/** Below this a line is noise that looked like text. */
const MIN_CONFIDENCE = 0.5;

/** The print in one picture. A line that was read once is not read again. */
export class PrintedSide {
  private readonly readings = new Map<TextShape, { along?: PrintedText; backward?: PrintedText }>();

  constructor(
    private readonly reader: PrintReader,
    private readonly text: TextView,
  ) {}

  /**
   * The lines of an upright frame from top to bottom.
   *
   * @param most a page of small print is cut short: a document's own text is large
   */
  async read(frame: CardFrame, most: number): Promise<PrintedLine[]> {
    const toFrame = fromPicture(frame);
    const legible = this.text.shapes.filter(({ thickness }) => thickness >= MIN_THICKNESS);
    const largest = legible.sort((one, other) => other.thickness - one.thickness).slice(0, most);
    const lines: PrintedLine[] = [];
    for (const shape of largest) {
      const straight = mapQuad(mapQuad(outlineOf(shape), this.text.view.toPicture), toFrame);
      const { text, confidence } = await this.readShape(shape, straight[1].x < straight[0].x ? 'backward' : 'along');
      if (text !== '' && confidence >= MIN_CONFIDENCE) lines.push({ text, confidence, box: boxAround(straight) });
    }
    return lines.sort((one, other) => one.box.top - other.box.top);
  }

  /** Whether lines run backward along their shapes, by what makes more sense; false without lines that could tell. */
  async runsBackward(): Promise<boolean> {
    const telling = this.text.shapes.filter(({ length, thickness }) => {
      const stretch = length / thickness;
      return thickness >= MIN_THICKNESS && stretch >= PROBE_STRETCH.min && stretch <= PROBE_STRETCH.max;
    });
    const probes = telling.sort((one, other) => other.thickness - one.thickness).slice(0, PROBES);
    let [along, backward] = [0, 0];
    for (const shape of probes) {
      const asItRuns = await this.readShape(shape, 'along');
      if (isPlain(asItRuns)) return false;
      const turned = await this.readShape(shape, 'backward');
      if (isPlain(turned)) return true;
      along += sense(asItRuns);
      backward += sense(turned);
    }
    return backward > along;
  }

  private async readShape(shape: TextShape, way: 'along' | 'backward'): Promise<PrintedText> {
    const known = this.readings.get(shape) ?? {};
    const corners = mapQuad(outlineOf(shape), this.text.view.toPicture);
    const { pyramid } = this.text;
    const read = known[way] ?? (await this.reader.read(pyramid, way === 'along' ? corners : upsideDown(corners)));
    this.readings.set(shape, { ...known, [way]: read });
    return read;
  }
}

function lettersIn(text: string): number {
  return text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
}

function isPlain({ text, confidence }: PrintedText): boolean {
  return confidence >= SURE && lettersIn(text) >= SOME_LETTERS;
}

/** Letters on their head are taken for fewer and stranger ones. */
function sense({ text, confidence }: PrintedText): number {
  return confidence * lettersIn(text);
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
