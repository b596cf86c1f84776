import { InferenceSession, Tensor } from 'onnxruntime-node';
import { readFaceModels, type FaceModelChoice, type FaceModels } from './face-models.js';
import { AttackSignal } from './faces/attack-signal.js';
import { FaceAnalyser } from './faces/face-analyser.js';
import { FaceComparer } from './faces/face-comparison.js';
import { FaceDetector, FULL_RANGE, SHORT_RANGE, type DetectorLayout } from './faces/face-detector.js';
import { FaceFinder } from './faces/face-finder.js';
import { FaceMesh, MESH_SIZE } from './faces/face-mesh.js';
import { GhostFinder } from './faces/ghost-image.js';
import { Recogniser, type RecogniserInput } from './faces/recogniser.js';
import { ModelUnusableError } from './model-files.js';
import type { ModelId } from './model-manifest.js';

/** One thread per session: work is spread over processes, and a verdict must not depend on the number of cores. */
const SESSION_OPTIONS: InferenceSession.SessionOptions = { intraOpNumThreads: 1, interOpNumThreads: 1 };

/** Loads the models of `folder` that the choice needs, after checking them. Throws ModelUnusableError. */
export async function loadAnalyser(folder: string, choice: FaceModelChoice): Promise<FaceAnalyser> {
  const models = await readFaceModels(folder, choice);
  const finding = async (id: ModelId): Promise<Network> => openNetwork(models.finding.get(id), id);
  const shortRange = detectorOn(await finding('detectorShort'), SHORT_RANGE);
  const fullRange = detectorOn(await finding('detectorFull'), FULL_RANGE);
  const mesh = meshOn(await finding('landmarks'));
  return new FaceAnalyser({
    finder: new FaceFinder(shortRange, fullRange, mesh),
    ghosts: new GhostFinder(shortRange, mesh),
    comparer: new FaceComparer(models.set, await openRecognisers(models)),
    attackSignal: models.attackSignal && (await openAttackSignal(models.attackSignal)),
    procedure: models.procedure,
  });
}

/** Runs a model with one input and gives back its outputs, in the file's order. */
type Network = (input: Float32Array, size: number) => Promise<Float32Array[]>;

async function openNetwork(bytes: Uint8Array | undefined, name: string): Promise<Network> {
  if (!bytes) throw new ModelUnusableError(`Model ${name} is not in the manifest.`);
  const session = await InferenceSession.create(bytes, SESSION_OPTIONS).catch(() => {
    throw new ModelUnusableError(`Model ${name} is not a model that can be run.`);
  });
  const [inputName = 'input'] = session.inputNames;
  return async (input, size) => {
    const outputs = await session.run({ [inputName]: new Tensor('float32', input, [1, 3, size, size]) });
    return session.outputNames.map((output) => floatsOf(outputs[output]));
  };
}

async function openRecognisers({ set, networks }: FaceModels): Promise<Recogniser[]> {
  const recognisers: Recogniser[] = [];
  for (const [index, input] of set.inputs.entries()) {
    const network = await openNetwork(networks[index], set.name);
    await requireLength(network, input);
    recognisers.push(
      new Recogniser(input, async (values) => (await network(values, input.template.size))[0] ?? NOTHING),
    );
  }
  return recognisers;
}

/** A model that does not fit its description is refused at start and not at the first comparison. */
async function requireLength(network: Network, { template, length }: RecogniserInput): Promise<void> {
  const grey = new Float32Array(3 * template.size * template.size);
  const [numbers = NOTHING] = await network(grey, template.size).catch(() => []);
  if (numbers.length !== length) throw new ModelUnusableError('A face model does not fit its description.');
}

async function openAttackSignal(bytes: Uint8Array): Promise<AttackSignal> {
  const network = await openNetwork(bytes, 'attackSignal');
  return new AttackSignal(async (input, size) => (await network(input, size))[0] ?? NOTHING);
}

function detectorOn(network: Network, layout: DetectorLayout): FaceDetector {
  return new FaceDetector(layout, async (input) => {
    const [regressors = NOTHING, logits = NOTHING] = await network(input, layout.inputSize);
    return { regressors, logits };
  });
}

function meshOn(network: Network): FaceMesh {
  return new FaceMesh(async (input) => {
    const [points = NOTHING, presence = NOTHING] = await network(input, MESH_SIZE);
    return { points, presence: presence[0] ?? NaN };
  });
}

const NOTHING = new Float32Array(0);

function floatsOf(tensor: InferenceSession.OnnxValueMapType[string] | undefined): Float32Array {
  if (tensor instanceof Tensor && tensor.data instanceof Float32Array) return tensor.data;
  throw new ModelUnusableError('A model answered in an unexpected shape.');
}
