import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { MODELS } from '../../providers/local/model-manifest.js';
import { interpret } from './plain-interpreter.js';
import { runPlainNode } from './plain-node.js';
import { convertTflite } from './tflite-to-onnx.js';
import { halfToFloat, readTfliteModel } from './tflite-model.js';

const require = createRequire(import.meta.url);

describe('convertTflite', () => {
  let file: Uint8Array;

  beforeAll(async () => {
    file = await readFile(require.resolve('@mediapipe/face_detection/face_detection_short_range.tflite'));
  });

  it.each([
    ['the short-range detector', 128, () => file],
    ['the full-range detector', 192, fullRangeDetector],
    ['the landmark model', 192, landmarkModel],
  ])('gives the numbers that %s itself stands for, computed by a plain interpreter', async (_, size, read) => {
    const bytes = await read();
    const model = readTfliteModel(bytes);
    const interleaved = testPicture(size);
    const expected = interpret(model, { shape: [1, size, size, 3], values: interleaved });
    const outputs = await runPlainNode(convertTflite(bytes, 'test'), toPlanar(interleaved), [1, 3, size, size]);
    model.outputs.forEach((tensor, position) => {
      const wanted = expected.get(tensor);
      const found = outputs[`out_${position}`];
      expect([...(found?.shape ?? [])].sort()).toEqual([...(wanted?.shape ?? [])].sort());
      // The picture does excite the network; equal zeros would prove nothing.
      expect(Math.max(...(wanted?.values ?? []).map(Math.abs))).toBeGreaterThan(1);
      expect(greatestDifference(wanted?.values ?? [], found?.values ?? [])).toBeLessThan(1e-3);
    });
  });

  it('gives the same bytes every time', () => {
    expect(Buffer.compare(convertTflite(file, 'test'), convertTflite(file, 'test'))).toBe(0);
  });

  it('refuses a file that is cut short', () => {
    expect(() => convertTflite(file.subarray(0, 5_000), 'test')).toThrow();
  });
});

describe('halfToFloat', () => {
  it.each([
    [0x3c00, 1],
    [0xc000, -2],
    [0x7bff, 65504],
    [0x0001, 2 ** -24],
    [0x7c00, Infinity],
  ])('widens 0x%s', (bits, value) => {
    expect(halfToFloat(bits)).toBe(value);
  });
});

function fullRangeDetector(): Promise<Uint8Array> {
  return readFile(require.resolve('@mediapipe/face_detection/face_detection_full_range.tflite'));
}

/** Cut out of its pack as the manifest says. */
async function landmarkModel(): Promise<Uint8Array> {
  const [source] = MODELS.landmarks.sources;
  return (await readFile(require.resolve(`@mediapipe/face_mesh/${source.path}`))).subarray(...source.bytes);
}

/** Smooth and busy parts, values -1..1, no randomness. */
function testPicture(size: number): Float32Array {
  return Float32Array.from(
    { length: size * size * 3 },
    (_, index) => Math.sin(index * 0.0137) * Math.cos(index * 0.31),
  );
}

function toPlanar(interleaved: Float32Array): Float32Array {
  const area = interleaved.length / 3;
  return interleaved.map((_, index) => interleaved[(index % area) * 3 + Math.floor(index / area)] ?? 0);
}

function greatestDifference(wanted: ArrayLike<number>, found: ArrayLike<number>): number {
  let greatest = 0;
  for (let index = 0; index < wanted.length; index++) {
    greatest = Math.max(greatest, Math.abs((wanted[index] ?? NaN) - (found[index] ?? NaN)));
  }
  return greatest;
}
