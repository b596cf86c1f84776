import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { packageRoot } from '../src/platform/package-root/package-root.js';
import { MODEL_IDS, MODELS } from '../providers/local/model-manifest.js';
import { buildModels } from './build-models.js';
import { DESCRIPTOR_PATTERNS, PATTERN_SIZE } from './build-models/descriptor-patterns.js';
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

  it('F34: ends with the name of a package that is not installed, and leaves no model half made', async () => {
    const missing = MODELS.landmarks.package;
    const place = await checkoutWithout(missing);
    const { code, errors } = await runBuild(place);
    expect(code).toBe(1);
    expect(errors).toContain(`The package ${missing} is not installed.`);
    const made = await readdir(join(place, 'models'));
    expect(made.sort()).toEqual([MODELS.detectorFull.file, MODELS.detectorShort.file]);
    await rm(place, { recursive: true });
  });

  it('F34: ends with the name of a package’s file that is not the pinned one', async () => {
    const { package: name, sources } = MODELS.landmarks;
    const place = await checkoutWithout(name);
    await mkdir(join(place, 'node_modules', name), { recursive: true });
    for (const file of ['package.json', sources[0].path])
      await writeFile(join(place, 'node_modules', name, file), 'another file');
    const { code, errors } = await runBuild(place);
    expect(code).toBe(1);
    expect(errors).toContain(`${name}/${sources[0].path} has SHA-256`);
    await rm(place, { recursive: true });
  });

  it('describes a face patch as the original implementation does, in every number', async () => {
    const model = await readFile(join(folder, MODELS.descriptor.file));
    const references = await referenceDescriptors();
    for (const [index, pattern] of DESCRIPTOR_PATTERNS.entries()) {
      const input = Float32Array.from({ length: 3 * PATTERN_SIZE * PATTERN_SIZE }, (_, at) => pattern(at));
      const { descriptor } = await runPlainNode(model, input, [1, 3, PATTERN_SIZE, PATTERN_SIZE]);
      expect(descriptor?.shape).toEqual([1, 128]);
      const reference = references[index] ?? [];
      expect(reference).toHaveLength(128);
      // Four patterns of one descriptor would prove nothing of how the network looks at them.
      if (index > 0) expect(greatestDifference(reference, references[0] ?? [])).toBeGreaterThan(0.01);
      expect(greatestDifference(reference, descriptor?.values ?? [])).toBeLessThan(5e-6);
    }
  });
});

/** A folder with the built script and every installed package but one, by links. */
async function checkoutWithout(missing: string): Promise<string> {
  const root = packageRoot();
  const place = await mkdtemp(join(tmpdir(), 'checkout-'));
  await writeFile(join(place, 'package.json'), '{"type":"module"}');
  const parts = ['scripts/build-models', 'scripts/build-models.js', 'scripts/harness/zip-entry.js', 'providers/local'];
  for (const part of parts) await cp(join(root, 'dist', part), join(place, part), { recursive: true });
  const [scope = '', name = ''] = missing.split('/');
  await mkdir(join(place, 'node_modules', scope), { recursive: true });
  const link = (path: string): Promise<void> =>
    symlink(join(root, 'node_modules', path), join(place, 'node_modules', path));
  for (const each of await readdir(join(root, 'node_modules'))) if (each !== scope) await link(each);
  for (const each of await readdir(join(root, 'node_modules', scope))) if (each !== name) await link(join(scope, each));
  return place;
}

async function runBuild(place: string): Promise<{ code: unknown; errors: string }> {
  const child = spawn(process.execPath, ['scripts/build-models.js', 'models'], {
    cwd: place,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += String(chunk)));
  const [code] = await once(child, 'close');
  return { code, errors };
}

/** Of FaceRecognitionNet in @vladmandic/face-api (tfjs, wasm), from a process of its own. */
async function referenceDescriptors(): Promise<number[][]> {
  const script = join(packageRoot(), 'dist/scripts/build-models/reference-descriptors.js');
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => (printed += String(chunk)));
  const [code] = await once(child, 'close');
  expect(code).toBe(0);
  return JSON.parse(printed) as number[][];
}

function greatestDifference(one: readonly number[], other: readonly number[]): number {
  return one.reduce((greatest, value, at) => Math.max(greatest, Math.abs(value - (other[at] ?? Infinity))), 0);
}
