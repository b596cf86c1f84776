import { join } from 'node:path';
import { contend } from './contender.js';
import { chainOperations, core, packageFolder, require, startTensorFlow } from './tensorflow.js';

interface Net {
  loadFromDisk(folder: string): Promise<void>;
}

/** What is used of @vladmandic/face-api; its own types need all of TensorFlow.js. */
interface FaceApi {
  nets: Record<'ssdMobilenetv1' | 'tinyFaceDetector' | 'faceLandmark68Net' | 'faceRecognitionNet', Net>;
  SsdMobilenetv1Options: new () => object;
  TinyFaceDetectorOptions: new () => object;
  detectSingleFace(
    input: core.Tensor,
    options: object,
  ): { withFaceLandmarks(): { withFaceDescriptor(): Promise<{ descriptor: Float32Array } | undefined> } };
}

await startTensorFlow();
chainOperations();
const folder = packageFolder('@vladmandic/face-api');
const faceApi = require(join(folder, 'dist/face-api.node-wasm.js')) as FaceApi;
/** `tiny`, the fast detector; else the library's own choice. */
const isTiny = process.argv[2] === 'tiny';
for (const net of [
  isTiny ? 'tinyFaceDetector' : 'ssdMobilenetv1',
  'faceLandmark68Net',
  'faceRecognitionNet',
] as const) {
  await faceApi.nets[net].loadFromDisk(join(folder, 'model'));
}
const options = isTiny ? new faceApi.TinyFaceDetectorOptions() : new faceApi.SsdMobilenetv1Options();

await contend(async ({ width, height, pixels }) => {
  const input = core.tensor(Int32Array.from(pixels), [height, width, 3], 'int32');
  const face = await faceApi.detectSingleFace(input, options).withFaceLandmarks().withFaceDescriptor();
  input.dispose();
  return face && [[...face.descriptor]];
});
