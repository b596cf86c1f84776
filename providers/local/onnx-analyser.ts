import { InferenceSession, Tensor } from 'onnxruntime-node';
import { ALIGNED_SIZE } from './faces/alignment.js';
import { FaceAnalyser, type DescribeFace } from './faces/face-analyser.js';
import { FaceDetector, FULL_RANGE, SHORT_RANGE, type DetectorLayout } from './faces/face-detector.js';
import { FaceFinder } from './faces/face-finder.js';
import { ModelUnusableError, readVerifiedModels } from './model-files.js';
import type { ModelId } from './model-manifest.js';

/** One thread per session: work is spread over processes, and a verdict must not depend on the number of cores. */
const SESSION_OPTIONS: InferenceSession.SessionOptions = { intraOpNumThreads: 1, interOpNumThreads: 1 };

/** Loads the models of `folder` after checking them. Throws ModelUnusableError. */
export async function loadAnalyser(folder: string): Promise<FaceAnalyser> {
  const models = await readVerifiedModels(folder);
  const open = async (id: ModelId): Promise<InferenceSession> => {
    const bytes = models.get(id);
    if (!bytes) throw new ModelUnusableError(`Model ${id} is not in the manifest.`);
    return InferenceSession.create(bytes, SESSION_OPTIONS);
  };
  const finder = new FaceFinder(
    detectorOn(await open('detectorShort'), SHORT_RANGE),
    detectorOn(await open('detectorFull'), FULL_RANGE),
  );
  return new FaceAnalyser(finder, describerOn(await open('descriptor')));
}

function detectorOn(session: InferenceSession, layout: DetectorLayout): FaceDetector {
  const shape = [1, 3, layout.inputSize, layout.inputSize];
  return new FaceDetector(layout, async (input) => {
    const outputs = await session.run({ input: new Tensor('float32', input, shape) });
    return { regressors: floatsOf(outputs['out_0']), logits: floatsOf(outputs['out_1']) };
  });
}

function describerOn(session: InferenceSession): DescribeFace {
  const shape = [1, 3, ALIGNED_SIZE, ALIGNED_SIZE];
  return async ({ values }) => {
    const outputs = await session.run({ input: new Tensor('float32', values, shape) });
    return floatsOf(outputs['descriptor']);
  };
}

function floatsOf(tensor: InferenceSession.OnnxValueMapType[string] | undefined): Float32Array {
  if (tensor instanceof Tensor && tensor.data instanceof Float32Array) return tensor.data;
  throw new ModelUnusableError('A model answered in an unexpected shape.');
}
