import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ownModelCalibration } from '../../test/support/own-model-calibration.js';
import { faceModelChoice, localEnvironment } from './config.js';
import { readFaceModels } from './face-models.js';
import { MODELS, type ModelId } from './model-manifest.js';

const { LOCAL_MODELS_DIR: built } = localEnvironment.parse({});
const NEEDED_BY_FUSED = [
  'detectorShort',
  'detectorFull',
  'landmarks',
  'embedder',
  'descriptor',
  'attackSignal',
] as const satisfies readonly ModelId[];

describe('readFaceModels', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'face-models-'));
    for (const { file } of NEEDED_BY_FUSED.map((id) => MODELS[id])) await cp(join(built, file), join(folder, file));
  });

  afterEach(() => rm(folder, { recursive: true }));

  it('reads a set and names it with the hashes of everything that is run', async () => {
    const { networks, procedure, attackSignal } = await readFaceModels(folder, { set: 'fused' });
    expect(networks).toHaveLength(2);
    expect(attackSignal).toBeDefined();
    for (const id of NEEDED_BY_FUSED) expect(procedure).toContain(MODELS[id].sha256.slice(0, 8));
    expect(procedure).toMatch(/^local-faces-2 fused /);
  });

  it.each(NEEDED_BY_FUSED)('refuses %s when one byte of it was altered (T77)', async (id) => {
    const path = join(folder, MODELS[id].file);
    const bytes = await readFile(path);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    await writeFile(path, bytes);
    await expect(readFaceModels(folder, { set: 'fused' })).rejects.toThrow(
      `Model ${MODELS[id].file} is not the pinned file.`,
    );
  });

  it('needs nothing of doubtful origin for the clean set', async () => {
    for (const id of ['embedder', 'attackSignal'] as const) await rm(join(folder, MODELS[id].file));
    const { networks, attackSignal, procedure } = await readFaceModels(folder, { set: 'clean' });
    expect(networks).toHaveLength(1);
    expect(attackSignal).toBeUndefined();
    expect(procedure).not.toContain(MODELS.embedder.sha256.slice(0, 8));
    await expect(readFaceModels(folder, { set: 'fused' })).rejects.toThrow('cannot be read');
  });

  it('takes an own model only with the calibration that was made with it', async () => {
    const model = join(folder, 'own.onnx');
    const calibration = join(folder, 'own.json');
    await writeFile(model, 'a model');
    await expect(readFaceModels(folder, { set: 'own', model, calibration })).rejects.toThrow(
      'The own model’s calibration cannot be read.',
    );
    await writeFile(calibration, '{}');
    await expect(readFaceModels(folder, { set: 'own', model, calibration })).rejects.toThrow('is not valid at');
    await writeFile(calibration, JSON.stringify(ownModelCalibration('a model')));
    const { set, procedure } = await readFaceModels(folder, { set: 'own', model, calibration });
    expect(set.name).toBe('own:bank-2026');
    expect(procedure).toContain(hashOf('a model').slice(0, 8));
    await writeFile(model, 'another model');
    await expect(readFaceModels(folder, { set: 'own', model, calibration })).rejects.toThrow('not the file');
  });
});

describe('the settings', () => {
  it.each([
    [{}, { set: 'fused' }],
    [{ LOCAL_MODEL_SET: 'clean' }, { set: 'clean' }],
    [
      { LOCAL_MODEL_SET: 'own', LOCAL_OWN_MODEL: 'm.onnx', LOCAL_OWN_MODEL_CALIBRATION: 'm.json' },
      { set: 'own', model: 'm.onnx', calibration: 'm.json' },
    ],
  ])('%j choose %j', (given, choice) => {
    expect(faceModelChoice(localEnvironment.parse(given))).toEqual(choice);
  });

  it.each([
    [{ LOCAL_MODEL_SET: 'own' }],
    [{ LOCAL_MODEL_SET: 'own', LOCAL_OWN_MODEL: 'm.onnx' }],
    [{ LOCAL_OWN_MODEL: 'm.onnx', LOCAL_OWN_MODEL_CALIBRATION: 'm.json' }],
    [{ LOCAL_MODEL_SET: 'best' }],
  ])('are refused at start as %j', (given) => {
    expect(localEnvironment.safeParse(given).success).toBe(false);
  });
});

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
