import { localEnvironment } from '../../../providers/local/config.js';
import { loadAnalyser } from '../../../providers/local/onnx-analyser.js';
import { contend } from './contender.js';

/** The product's own path: BlazeFace and FaceMesh, both networks of the set. One thread per session, as in the product. */
const set = process.argv[2] === 'clean' ? 'clean' : 'fused';
const analyser = await loadAnalyser(localEnvironment.parse(process.env).LOCAL_MODELS_DIR, { set });

await contend(async (picture) =>
  (await analyser.describePicture(picture))?.descriptors.map((descriptor) => [...descriptor]),
);
