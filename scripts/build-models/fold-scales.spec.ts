import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import onnxProto from 'onnx-proto';
import { MODELS } from '../../providers/local/model-manifest.js';
import { foldScales } from './fold-scales.js';
import { runPlainNode } from './plain-node.js';

const require = createRequire(import.meta.url);

const WIDTH = 96;

describe.each([
  ['finder', MODELS.printFinder, 96],
  ['reader', MODELS.printReader, 48],
] as const)('foldScales of the %s of print', (_, { package: name, sources }, height) => {
  // Beside the package's entry, whose name the package exports; it does not export its assets.
  const file = readFile(join(dirname(require.resolve(`${name}/node`)), sources[0].path));

  it('computes what the network computes', async () => {
    const bytes = await file;
    const shape = [1, 3, height, WIDTH];
    const picture = strokes(3 * height * WIDTH);
    const [wanted] = Object.values(await runPlainNode(bytes, picture, shape));
    const [found] = Object.values(await runPlainNode(foldScales(bytes), picture, shape));
    expect(found?.shape).toEqual(wanted?.shape);
    // Equal zeros would prove nothing.
    expect(Math.max(...(wanted?.values ?? []))).toBeGreaterThan(0.1);
    const differences = wanted?.values.map((value, at) => Math.abs(value - (found?.values[at] ?? NaN))) ?? [NaN];
    expect(differences.reduce((greatest, difference) => Math.max(greatest, difference), 0)).toBeLessThan(1e-5);
  });

  it('leaves no hard swish in four nodes and fewer nodes in all', async () => {
    const bytes = await file;
    const [before, after] = [nodesOf(bytes), nodesOf(foldScales(bytes))];
    expect(before.filter((type) => type === 'Clip').length).toBeGreaterThan(20);
    expect(after).not.toContain('Clip');
    expect(after.length).toBeLessThan(0.7 * before.length);
  });

  it('gives the same bytes every time', async () => {
    const bytes = await file;
    expect(Buffer.compare(foldScales(bytes), foldScales(bytes))).toBe(0);
  });
});

function nodesOf(bytes: Uint8Array): string[] {
  const nodes = onnxProto.onnx.ModelProto.decode(bytes).graph?.node ?? [];
  return nodes.map(({ opType }) => opType ?? '').filter((type) => type !== 'Constant');
}

/** Dark strokes in a row on light ground, as print has them. */
function strokes(length: number): Float32Array {
  return Float32Array.from({ length }, (_value, at) => {
    const [column, row] = [at % WIDTH, Math.floor(at / WIDTH) % 48];
    return row > 16 && row < 34 && column % 9 < 4 ? -2 : 2;
  });
}
