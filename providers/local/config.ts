import { join } from 'node:path';
import { z } from 'zod';
import { packageRoot } from './worker-entry.js';

/** Variables the local provider reads. All have defaults: it works as built. */
export const localEnvironment = z.object({
  LOCAL_MODELS_DIR: z
    .string()
    .min(1)
    .default(() => join(packageRoot(), 'dist/models'))
    .describe('Folder with the converted models. Default: dist/models beside package.json'),
  LOCAL_INFERENCE_TIMEOUT_MS: z.coerce
    .number()
    .int()
    .min(1_000)
    .max(120_000)
    .default(20_000)
    .describe('Longest time one comparison may take before its process is stopped'),
  LOCAL_INFERENCE_WORKERS: z.coerce
    .number()
    .int()
    .min(1)
    .max(16)
    .default(1)
    .describe('Processes that look at pictures; each takes about 250 MB and one core while busy'),
});

export type LocalSettings = z.infer<typeof localEnvironment>;
