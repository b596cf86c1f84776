import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { BUILT_IN_SETS, FINDING_MODELS, type BuiltInSetName, type ModelSet } from './faces/model-sets.js';
import { OwnModelRefusedError, readOwnModel } from './faces/own-model.js';
import { ModelUnusableError, readVerifiedModels } from './model-files.js';
import { MODELS, type ModelId } from './model-manifest.js';

/** Which networks compare faces: a set that comes with the product, or an organisation's own model. */
export type FaceModelChoice =
  | { set: BuiltInSetName }
  /** Paths of the ONNX file and of its calibration. */
  | { set: 'own'; model: string; calibration: string };

/** Bytes that were checked, and the rule that goes with them. */
export interface FaceModels {
  set: ModelSet;
  finding: ReadonlyMap<ModelId, Uint8Array>;
  /** In the order of the set's inputs. */
  networks: readonly Uint8Array[];
  attackSignal?: Uint8Array;
  /** For reports: the set and the first characters of the hash of everything that is run. */
  procedure: string;
}

/** A change of alignment, quality limits or orientation search is a new one. */
const METHOD = 'local-faces-2';

/** Reads and checks what a choice needs, and nothing else. @throws ModelUnusableError */
export async function readFaceModels(folder: string, choice: FaceModelChoice): Promise<FaceModels> {
  return choice.set === 'own' ? readOwnSet(folder, choice) : readBuiltInSet(folder, choice.set);
}

async function readBuiltInSet(folder: string, name: BuiltInSetName): Promise<FaceModels> {
  const set = BUILT_IN_SETS[name];
  const ids: ModelId[] = [...FINDING_MODELS, ...set.models, ...(set.attackSignal ? ['attackSignal' as const] : [])];
  const models = await readVerifiedModels(folder, ids);
  return {
    set,
    finding: models,
    networks: set.models.flatMap((id) => models.get(id) ?? []),
    attackSignal: models.get('attackSignal'),
    procedure: procedureOf(set.name, ids.map(pinnedHash)),
  };
}

async function readOwnSet(folder: string, own: { model: string; calibration: string }): Promise<FaceModels> {
  const ids: ModelId[] = [...FINDING_MODELS, 'attackSignal'];
  const models = await readVerifiedModels(folder, ids);
  const model = await readOwn(own.model, 'The own model');
  const calibration = await readOwn(own.calibration, 'The own model’s calibration');
  try {
    const set = readOwnModel(model, new TextDecoder().decode(calibration));
    const hashes = [...ids.map(pinnedHash), hashOf(model), hashOf(calibration)];
    const attackSignal = models.get('attackSignal');
    return { set, finding: models, networks: [model], attackSignal, procedure: procedureOf(set.name, hashes) };
  } catch (error) {
    if (error instanceof OwnModelRefusedError) throw new ModelUnusableError(error.message);
    throw error;
  }
}

function readOwn(path: string, what: string): Promise<Uint8Array> {
  return readFile(path).catch(() => {
    throw new ModelUnusableError(`${what} cannot be read.`);
  });
}

function procedureOf(set: string, hashes: readonly string[]): string {
  return `${METHOD} ${set} ${hashes.map((hash) => hash.slice(0, 8)).join('.')}`;
}

function pinnedHash(id: ModelId): string {
  return MODELS[id].sha256;
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
