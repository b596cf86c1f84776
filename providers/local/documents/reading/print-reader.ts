import type { GreyPyramid, GreyPicture } from '../picture/grey-picture.js';
import { homographyBetween, rectangle, type Quad } from '../picture/homography.js';

/** Runs the network on planar values of one line, 48 high; answers rows of probabilities, one row a step. */
export type MapLetters = (input: Float32Array, size: { width: number; height: number }) => Promise<Float32Array>;

export interface PrintedText {
  text: string;
  /** 0..1. */
  confidence: number;
}

const LINE_HEIGHT = 48;

/** Few different widths, so that the network's memory is used again. */
const WIDTH_STEP = 32;
const MAX_WIDTH = 640;

/** The network's output for "no letter here". */
const BLANK = 0;

/** Reads printed lines with the recogniser of PP-OCRv4, Latin letters only. */
export class PrintReader {
  /** Letters by output of the network: blank first, space last. */
  private readonly letters: readonly string[];
  private readonly outputs: Int32Array;

  /** @param list contents of the letters' file, one a line */
  constructor(
    private readonly mapLetters: MapLetters,
    list: string,
  ) {
    this.letters = ['', ...list.split('\n').filter((letter) => letter !== ''), ' '];
    this.outputs = Int32Array.from(this.letters.flatMap((letter, output) => (isLatin(letter) ? [output] : [])));
  }

  /** The line inside `corners`, read from the first to the second of them. */
  async read(pyramid: GreyPyramid, corners: Quad): Promise<PrintedText> {
    const [a, b, , d] = corners;
    const stretch = Math.hypot(b.x - a.x, b.y - a.y) / Math.max(1, Math.hypot(d.x - a.x, d.y - a.y));
    const width = Math.min(MAX_WIDTH, Math.max(16, Math.round(stretch * LINE_HEIGHT)));
    const size = { width, height: LINE_HEIGHT };
    const picture = pyramid.draw(homographyBetween(rectangle(size.width, size.height), corners), size);
    const padded = Math.ceil(width / WIDTH_STEP) * WIDTH_STEP;
    return this.decode(await this.mapLetters(inputOf(picture, padded), { width: padded, height: LINE_HEIGHT }));
  }

  /** The likeliest letter of each step; repetitions and blanks fall away (connectionist temporal classification). */
  private decode(steps: Float32Array): PrintedText {
    let text = '';
    let sum = 0;
    let count = 0;
    let last = BLANK;
    for (let start = 0; start < steps.length; start += this.letters.length) {
      let best = BLANK;
      for (const output of this.outputs) if ((steps[start + output] ?? 0) > (steps[start + best] ?? 0)) best = output;
      if (best !== BLANK && best !== last) {
        text += this.letters[best] ?? '';
        sum += steps[start + best] ?? 0;
        count++;
      }
      last = best;
    }
    return { text: text.trim(), confidence: count > 0 ? sum / count : 0 };
  }
}

/** Latin letters with their accents, figures and signs; the list is mostly Chinese. */
function isLatin(letter: string): boolean {
  const code = letter.codePointAt(0) ?? 0;
  return letter === '' || code < 0x250 || (code >= 0x2010 && code <= 0x2026);
}

/** Three equal planes of value/127.5 - 1; what is added on the right is middle grey, as the network was trained. */
function inputOf({ width, values }: GreyPicture, padded: number): Float32Array {
  const plane = padded * LINE_HEIGHT;
  const input = new Float32Array(3 * plane);
  for (let y = 0; y < LINE_HEIGHT; y++)
    for (let x = 0; x < width; x++) input[y * padded + x] = (values[y * width + x] ?? 0) / 127.5 - 1;
  input.copyWithin(plane, 0, plane);
  input.copyWithin(2 * plane, 0, plane);
  return input;
}
