import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MODEL_IDS, MODELS, type ModelId, type ModelRecord } from './model-manifest.js';

/** A model file is missing or is not the pinned one. The message names the file, never its folder. */
export class ModelUnusableError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ModelUnusableError';
  }
}

/** Reads models and checks their SHA-256, so that what is loaded is exactly what was checked. */
export async function readVerifiedModels(
  folder: string,
  ids: readonly ModelId[] = MODEL_IDS,
): Promise<ReadonlyMap<ModelId, Uint8Array>> {
  const models = new Map<ModelId, Uint8Array>();
  for (const id of ids) models.set(id, await readVerified(folder, MODELS[id]));
  return models;
}

async function readVerified(folder: string, { file, sha256 }: ModelRecord): Promise<Uint8Array> {
  const bytes = await readFile(join(folder, file)).catch(() => {
    throw new ModelUnusableError(`Model ${file} cannot be read.`);
  });
  if (createHash('sha256').update(bytes).digest('hex') !== sha256) {
    throw new ModelUnusableError(`Model ${file} is not the pinned file.`);
  }
  return bytes;
}
