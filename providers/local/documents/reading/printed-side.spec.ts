import { describe, expect, it } from '@jest/globals';
import { frameOf, turnFrame, viewOf } from '../picture/card-frame.js';
import { GreyPyramid } from '../picture/grey-picture.js';
import type { Quad } from '../picture/homography.js';
import type { PrintedText, PrintReader } from './print-reader.js';
import { PrintedSide } from './printed-side.js';
import type { TextShape } from './text-shapes.js';

const SIZE = { width: 640, height: 400 };
const pyramid = new GreyPyramid({ ...SIZE, values: new Uint8Array(SIZE.width * SIZE.height) });
const frame = frameOf(undefined, SIZE);
const view = viewOf(frame, { longSide: 640, grid: 1, margin: 0 });

function shape(x: number, y: number, change: Partial<TextShape> = {}): TextShape {
  return { centre: { x, y }, angle: 0, length: 120, thickness: 24, confidence: 0.9, ...change };
}

/** Answers by whether a line is read to the right or to the left, and by its height; counts what it was asked. */
function readerOf(answer: (isRightward: boolean, y: number) => PrintedText) {
  const asked: number[] = [];
  const read = async (_pyramid: GreyPyramid, [a, b, c]: Quad): Promise<PrintedText> => {
    const y = Math.round((a.y + c.y) / 2);
    asked.push(y);
    return answer(b.x > a.x, y);
  };
  return { reader: { read } as unknown as PrintReader, asked };
}

const side = (reader: PrintReader, shapes: TextShape[]) => new PrintedSide(reader, { pyramid, view, shapes });

describe('PrintedSide', () => {
  it('gives lines from top to bottom with their places', async () => {
    const { reader } = readerOf((_, y) => ({ text: `at ${y}`, confidence: 0.9 }));
    expect(await side(reader, [shape(200, 300), shape(300, 100)]).read(frame, 40)).toEqual([
      { text: 'at 100', confidence: 0.9, box: { left: 240, top: 88, width: 120, height: 24 } },
      { text: 'at 300', confidence: 0.9, box: { left: 140, top: 288, width: 120, height: 24 } },
    ]);
  });

  it('leaves out what is too small, empty or doubtful', async () => {
    const { reader } = readerOf((_, y) => ({ text: y === 200 ? '' : 'x', confidence: y === 300 ? 0.3 : 0.9 }));
    const shapes = [shape(100, 100, { thickness: 6 }), shape(100, 200), shape(100, 300)];
    expect(await side(reader, shapes).read(frame, 40)).toEqual([]);
  });

  it('reads a frame on its head from the other side', async () => {
    const { reader } = readerOf((isRightward) => ({ text: isRightward ? 'along' : 'backward', confidence: 0.9 }));
    const [line] = await side(reader, [shape(200, 300)]).read(turnFrame(frame, 2), 40);
    expect(line).toEqual({ text: 'backward', confidence: 0.9, box: { left: 380, top: 88, width: 120, height: 24 } });
  });

  it('knows from one plain line which way print runs, and reads that line once', async () => {
    const { reader, asked } = readerOf(() => ({ text: 'SURNAME', confidence: 0.97 }));
    const print = side(reader, [shape(200, 100)]);
    expect(await print.runsBackward()).toBe(false);
    await print.read(frame, 40);
    expect(asked).toEqual([100]);
  });

  it('believes what makes more sense', async () => {
    const upsideDown = readerOf((isRightward) =>
      isRightward ? { text: 'IWH', confidence: 0.6 } : { text: 'SURNAME', confidence: 0.9 },
    );
    expect(await side(upsideDown.reader, [shape(200, 100), shape(200, 200)]).runsBackward()).toBe(true);
    const doubtful = readerOf((isRightward) => ({ text: isRightward ? 'SURNANE' : 'IWVN', confidence: 0.7 }));
    expect(await side(doubtful.reader, [shape(200, 100)]).runsBackward()).toBe(false);
  });

  it('takes print without a telling line as it runs', async () => {
    const { reader, asked } = readerOf(() => ({ text: '', confidence: 0 }));
    expect(await side(reader, [shape(300, 100, { length: 600 }), shape(200, 200, { length: 20 })]).runsBackward()).toBe(
      false,
    );
    expect(asked).toEqual([]);
  });
});
