import { join } from 'node:path';
import { chainOperations, core, packageFolder, require, startTensorFlow } from '../campaign/speed/tensorflow.js';
import { DESCRIPTOR_PATTERNS, PATTERN_SIZE } from './descriptor-patterns.js';

/*
 * Prints what FaceRecognitionNet of @vladmandic/face-api says of the patterns that the specs show to our own file, as JSON.
 * A process of its own: TensorFlow.js makes arrays that a test runner's sandbox does not recognise as its own.
 */

interface RecognitionNet {
  loadFromDisk(folder: string): Promise<void>;
  computeFaceDescriptor(input: core.Tensor): Promise<Float32Array>;
}

/** Of dlib, in red, green and blue; both subtract it. */
const MEANS = [122.782, 117.001, 104.298];

await startTensorFlow();
chainOperations();
const folder = packageFolder('@vladmandic/face-api');
const { nets } = require(join(folder, 'dist/face-api.node-wasm.js')) as {
  nets: { faceRecognitionNet: RecognitionNet };
};
await nets.faceRecognitionNet.loadFromDisk(join(folder, 'model'));

const described: number[][] = [];
for (const pattern of DESCRIPTOR_PATTERNS) {
  const area = PATTERN_SIZE * PATTERN_SIZE;
  const interleaved = Float32Array.from({ length: 3 * area }, (_, at) => {
    const mean = MEANS[at % 3] ?? NaN;
    // It divides by 255 where dlib divides by 256.
    return mean + ((pattern((at % 3) * area + Math.floor(at / 3)) - mean) * 255) / 256;
  });
  const input = core.tensor(interleaved, [PATTERN_SIZE, PATTERN_SIZE, 3], 'float32');
  described.push([...(await nets.faceRecognitionNet.computeFaceDescriptor(input))]);
}
process.stdout.write(JSON.stringify(described));
