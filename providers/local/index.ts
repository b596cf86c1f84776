import type { ProviderDefinition, ProviderPorts } from '../kit/index.js';
import { createLocalAdapter, LOCAL_PROVIDER_ID, type LocalAdapter } from './adapter.js';
import { InferenceClient } from './client.js';
import { faceModelChoice, localEnvironment, type LocalSettings } from './config.js';

export type { LocalAdapter } from './adapter.js';

/** Face comparison without a partner; see README for what it does and does not check. */
export const localProvider = {
  id: LOCAL_PROVIDER_ID,
  environment: localEnvironment,
  create(settings: LocalSettings, { clock, logger, timings }: ProviderPorts): LocalAdapter {
    const client = new InferenceClient({
      modelsDir: settings.LOCAL_MODELS_DIR,
      faces: faceModelChoice(settings),
      timeoutMs: settings.LOCAL_INFERENCE_TIMEOUT_MS,
      workers: settings.LOCAL_INFERENCE_WORKERS,
      memoryMegabytes: settings.LOCAL_INFERENCE_MEMORY_MB,
      logger,
      timings,
    });
    return createLocalAdapter(client, clock);
  },
} satisfies ProviderDefinition<LocalSettings>;
