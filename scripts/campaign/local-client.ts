import { FaceInferenceClient } from '../../providers/local/client.js';
import { localEnvironment } from '../../providers/local/config.js';

/** The product's own worker processes, as many as asked for. Slow machines must not fail a measurement. */
export function openLocalClient(workers = 1): FaceInferenceClient {
  const settings = localEnvironment.parse(process.env);
  return new FaceInferenceClient({
    modelsDir: settings.LOCAL_MODELS_DIR,
    timeoutMs: 120_000,
    workers,
    logger: { info: () => undefined, warn: () => undefined },
  });
}
