import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { contend } from './contender.js';
import { core, packageFolder, require, startTensorFlow } from './tensorflow.js';

/** What is used of @vladmandic/human; its own types need all of TensorFlow.js. */
interface Human {
  load(): Promise<void>;
  detect(input: core.Tensor): Promise<{ error?: string; face: { embedding?: number[] }[] }>;
}

const wasmPath = await startTensorFlow();
const folder = packageFolder('@vladmandic/human');
const library = require(join(folder, 'dist/human.node-wasm.js')) as { Human: new (config: object) => Human };
const off = { enabled: false };
const human = new library.Human({
  backend: 'wasm',
  wasmPath,
  modelBasePath: pathToFileURL(join(folder, 'models/')).href,
  debug: false,
  filter: off,
  // Frames of a video may reuse the last one's answer; here every picture is new.
  cacheSensitivity: 0,
  warmup: 'none',
  face: {
    enabled: true,
    detector: { rotation: true, return: false },
    mesh: { enabled: true },
    description: { enabled: true },
    iris: off,
    emotion: off,
    antispoof: off,
    liveness: off,
    attention: off,
  },
  body: off,
  hand: off,
  object: off,
  gesture: off,
  segmentation: off,
});
await human.load();

await contend(async ({ width, height, pixels }) => {
  const input = core.tensor(Float32Array.from(pixels), [1, height, width, 3], 'float32');
  const { face } = await human.detect(input);
  input.dispose();
  const embedding = face[0]?.embedding ?? [];
  return embedding.length > 0 ? [[...embedding]] : undefined;
});
