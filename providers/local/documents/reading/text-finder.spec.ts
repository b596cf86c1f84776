import { describe, expect, it } from '@jest/globals';
import { TextFinder } from './text-finder.js';

const SIZE = { width: 96, height: 32 };

describe('TextFinder', () => {
  it('gives the network three planes in its own units and takes its lines', async () => {
    const values = new Uint8Array(SIZE.width * SIZE.height).fill(255);
    values[0] = 0;
    const seen: { input: Float32Array; size: { width: number; height: number } }[] = [];
    const finder = new TextFinder(async (input, size) => {
      seen.push({ input, size });
      const inBand = (at: number): boolean => Math.floor(at / SIZE.width) > 10 && Math.floor(at / SIZE.width) < 20;
      return Float32Array.from(values, (_, at) => (inBand(at) ? 0.9 : 0));
    });
    const shapes = await finder.find({ ...SIZE, values });
    expect(shapes.map(({ centre }) => centre)).toEqual([{ x: 48, y: 15.5 }]);
    const [{ input, size } = { input: new Float32Array(0), size: undefined }] = seen;
    expect(size).toEqual(SIZE);
    // PaddleOCR: value/255, less .485, .456, .406, over .229, .224, .225.
    const area = values.length;
    [0, area, 2 * area].forEach((at, channel) => {
      const [mean, deviation] =
        [[0.485, 0.229] as const, [0.456, 0.224] as const, [0.406, 0.225] as const][channel] ?? [];
      expect(input[at]).toBeCloseTo(-(mean ?? NaN) / (deviation ?? NaN), 5);
      expect(input[at + 1]).toBeCloseTo((1 - (mean ?? NaN)) / (deviation ?? NaN), 5);
    });
  });
});
