import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MODEL_IDS, MODELS, type ModelId, type ModelRecord } from '../providers/local/model-manifest.js';
import { buildDlibResnet } from './build-models/dlib-resnet.js';
import { foldScales } from './build-models/fold-scales.js';
import { readQuantisedWeights } from './build-models/quantised-weights.js';
import { convertTflite } from './build-models/tflite-to-onnx.js';
import { readZipEntry } from './harness/zip-entry.js';

const require = createRequire(import.meta.url);

const copied = ([file]: readonly Uint8Array[]): Uint8Array => present(file);

/** How each model is made from the files its manifest entry lists, in that order. */
const CONVERTERS: Readonly<Record<ModelId, (files: readonly Uint8Array[]) => Uint8Array>> = {
  detectorShort: ([file]) => convertTflite(present(file), 'blazeface-short'),
  detectorFull: ([file]) => convertTflite(present(file), 'blazeface-full'),
  landmarks: ([file]) => convertTflite(present(file), 'facemesh'),
  descriptor: ([list, file]) => buildDlibResnet(readQuantisedWeights(new TextDecoder().decode(list), present(file))),
  embedder: copied,
  attackSignal: copied,
  zoneProgram: copied,
  zoneProgramCode: copied,
  zoneLetters: ([file]) => readZipEntry(present(file), 'assets/tessdata/ocrb_int.traineddata'),
  barcodeProgram: copied,
  printFinder: ([file]) => foldScales(present(file)),
  printReader: ([file]) => foldScales(present(file)),
  printLetters: copied,
};

/**
 * Converts every model of the manifest into `outDir`. Files that already have the pinned hash are left alone. Throws
 * when a package's file or a converted file is not the pinned one; nothing unverified is ever put in place.
 */
export async function buildModels(outDir: string): Promise<void> {
  await mkdir(outDir, { recursive: true });
  for (const id of MODEL_IDS) {
    const model: ModelRecord = MODELS[id];
    const path = join(outDir, model.file);
    if (await hasHash(path, model.sha256)) continue;
    const converted = await convertModel(id);
    // Written beside and renamed, so that a build that is cut short leaves no half model behind.
    await writeFile(`${path}.part`, converted);
    await rename(`${path}.part`, path);
  }
}

/** One model's ONNX bytes, with input and output checked against the manifest. */
export async function convertModel(id: ModelId): Promise<Uint8Array> {
  const model: ModelRecord = MODELS[id];
  const folder = packageFolder(model.package);
  const files: Uint8Array[] = [];
  for (const { path, sha256, bytes: part } of model.sources) {
    const bytes = await readFile(join(folder, path));
    requireHash(bytes, sha256, `${model.package}/${path}`);
    files.push(part ? bytes.subarray(...part) : bytes);
  }
  const converted = CONVERTERS[id](files);
  requireHash(converted, model.sha256, model.file);
  return converted;
}

/** Not by `require.resolve`: some packages export nothing, not even their package.json. */
function packageFolder(name: string): string {
  const folders = (require.resolve.paths(name) ?? []).map((modules) => join(modules, name));
  const folder = folders.find((candidate) => existsSync(join(candidate, 'package.json')));
  if (!folder) throw new Error(`The package ${name} is not installed.`);
  return folder;
}

async function hasHash(path: string, sha256: string): Promise<boolean> {
  return existsSync(path) && hashOf(await readFile(path)) === sha256;
}

function requireHash(bytes: Uint8Array, sha256: string, name: string): void {
  const found = hashOf(bytes);
  if (found !== sha256) throw new Error(`${name} has SHA-256 ${found}; the manifest pins ${sha256}.`);
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('The manifest lists too few files.');
  return value;
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await buildModels(resolve(process.argv[2] ?? 'dist/models'));
}
