import type { GreyPicture } from '../picture/grey-picture.js';
import { shapesIn, type TextShape } from './text-shapes.js';

/** Runs the network on planar values of a picture whose sides are multiples of 32; answers one value per pixel, 0..1. */
export type MapText = (input: Float32Array, size: { width: number; height: number }) => Promise<Float32Array>;

export const TEXT_FINDER_GRID = 32;

/** PP-OCR's means and deviations for blue, green and red, in units of the value (0..255). */
const CHANNELS = [
  { mean: 0.485 * 255, deviation: 0.229 * 255 },
  { mean: 0.456 * 255, deviation: 0.224 * 255 },
  { mean: 0.406 * 255, deviation: 0.225 * 255 },
];

/** Finds lines of text with the detector of PP-OCRv4. The network is made for colour; grey is given to it three times. */
export class TextFinder {
  constructor(private readonly mapText: MapText) {}

  /** Lines of text in a picture whose sides are multiples of `TEXT_FINDER_GRID`. */
  async find({ width, height, values }: GreyPicture): Promise<TextShape[]> {
    const area = width * height;
    const input = new Float32Array(3 * area);
    CHANNELS.forEach(({ mean, deviation }, channel) => {
      const scaled = Float32Array.from({ length: 256 }, (_, value) => (value - mean) / deviation);
      for (let at = 0, to = channel * area; at < area; at++, to++) input[to] = scaled[values[at] ?? 0] ?? 0;
    });
    return shapesIn({ width, height, values: await this.mapText(input, { width, height }) });
  }
}
