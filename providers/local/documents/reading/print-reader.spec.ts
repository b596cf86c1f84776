import { describe, expect, it } from '@jest/globals';
import { GreyPyramid } from '../picture/grey-picture.js';
import { rectangle } from '../picture/homography.js';
import { PrintReader } from './print-reader.js';

/** Outputs: blank, 字, A, ü, 8, space. */
const LETTERS = '字\nA\nü\n8\n';
const [BLANK, CHINESE, A, UE, EIGHT, SPACE] = [0, 1, 2, 3, 4, 5];

/** A network that answers the given outputs, one a step, each this sure. */
function readerOf(steps: readonly [number, number][], seen: { width: number; height: number }[] = []): PrintReader {
  return new PrintReader(async (_input, size) => {
    seen.push(size);
    const answer = new Float32Array(steps.length * 6);
    steps.forEach(([output, sureness], step) => (answer[step * 6 + output] = sureness));
    return answer;
  }, LETTERS);
}

const pyramid = new GreyPyramid({ width: 400, height: 60, values: new Uint8Array(24_000).fill(200) });
const read = (reader: PrintReader, width = 200) => reader.read(pyramid, rectangle(width, 48));

describe('PrintReader', () => {
  it('drops blanks and repetitions, and keeps a letter that stands twice', async () => {
    const steps: [number, number][] = [
      [BLANK, 1],
      [A, 0.9],
      [A, 0.8],
      [BLANK, 1],
      [A, 0.7],
      [SPACE, 0.8],
      [UE, 0.8],
      [EIGHT, 0.8],
      [BLANK, 1],
    ];
    const { text, confidence } = await read(readerOf(steps));
    expect(text).toBe('AA ü8');
    expect(confidence).toBeCloseTo((0.9 + 0.7 + 0.8 * 3) / 5, 5);
  });

  it('reads no Chinese', async () => {
    expect(await read(readerOf([[CHINESE, 1]]))).toEqual({ text: '', confidence: 0 });
  });

  it('gives the network few different widths and none beyond its limit', async () => {
    const seen: { width: number; height: number }[] = [];
    const reader = readerOf([[A, 1]], seen);
    await read(reader, 70);
    await read(reader, 120);
    await read(reader, 4000);
    await read(reader, 1);
    expect(seen.map(({ width }) => width)).toEqual([96, 128, 640, 32]);
    expect(seen.every(({ height }) => height === 48)).toBe(true);
  });
});
