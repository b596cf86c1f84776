import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MODEL_IDS, MODELS } from '../providers/local/model-manifest.js';
import { buildModels } from './build-models.js';
import { runPlainNode } from './build-models/plain-node.js';

/** All models together; the packages they come from weigh many times that, and stay out of an installation. */
const MOST_BYTES = 56 * 1024 * 1024;

describe('buildModels', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'models-'));
    await buildModels(folder);
  });

  afterAll(() => rm(folder, { recursive: true }));

  it.each(MODEL_IDS)('makes %s with exactly the pinned bytes', async (id) => {
    const bytes = await readFile(join(folder, MODELS[id].file));
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(MODELS[id].sha256);
  });

  it('makes files that weigh no more than what an operator was promised', async () => {
    const sizes = await Promise.all(MODEL_IDS.map(async (id) => (await stat(join(folder, MODELS[id].file))).size));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MOST_BYTES);
  });

  it('leaves a good file alone and replaces a damaged one', async () => {
    const good = join(folder, MODELS.detectorFull.file);
    const damaged = join(folder, MODELS.detectorShort.file);
    const before = await stat(good);
    await writeFile(damaged, 'not a model');
    await buildModels(folder);
    expect((await stat(good)).mtimeMs).toBe(before.mtimeMs);
    const bytes = await readFile(damaged);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(MODELS.detectorShort.sha256);
  });

  it('describes a face patch as the original implementation does', async () => {
    const size = 150;
    const pattern = Float32Array.from({ length: 3 * size * size }, (_, index) => 127.5 * (1 + Math.sin(index * 0.013)));
    const model = await readFile(join(folder, MODELS.descriptor.file));
    const { descriptor } = await runPlainNode(model, pattern, [1, 3, size, size]);
    expect(descriptor?.shape).toEqual([1, 128]);
    REFERENCE_DESCRIPTOR.forEach((value, index) => expect(descriptor?.values[index]).toBeCloseTo(value, 5));
  });
});

/**
 * First numbers of FaceRecognitionNet in @vladmandic/face-api 1.7.15 (tfjs, cpu) for the same pattern, with its input
 * rescaled so that its division by 255 equals dlib's by 256. All 128 agreed within 3e-7.
 */
const REFERENCE_DESCRIPTOR = [
  -0.0935233, 0.0645642, 0.1035329, 0.0211762, -0.1151804, -0.0599469, -0.0315447, -0.0764252,
];
