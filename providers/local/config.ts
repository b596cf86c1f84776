import { join } from 'node:path';
import { z } from 'zod';
import type { FaceModelChoice } from './face-models.js';
import { packageRoot } from './worker-entry.js';

export const DEFAULT_MEMORY_MEGABYTES = 1_536;

/** Variables the local provider reads. All have defaults: it works as built. */
export const localEnvironment = z
  .object({
    LOCAL_MODELS_DIR: z
      .string()
      .min(1)
      .default(() => join(packageRoot(), 'dist/models'))
      .describe('Folder with the converted models. Default: dist/models beside package.json'),
    LOCAL_MODEL_SET: z
      .enum(['fused', 'clean', 'own'])
      .default('fused')
      .describe(
        'Networks that compare faces: fused (knows more people again), clean (only models of clear origin) or own',
      ),
    LOCAL_OWN_MODEL: z.string().min(1).optional().describe('ONNX file of the organisation’s own face model'),
    LOCAL_OWN_MODEL_CALIBRATION: z
      .string()
      .min(1)
      .optional()
      .describe('JSON file that says what LOCAL_OWN_MODEL wants to see and how often it is wrong; see the README'),
    LOCAL_INFERENCE_TIMEOUT_MS: z.coerce
      .number()
      .int()
      .min(1_000)
      .max(120_000)
      .default(30_000)
      .describe('Longest time one comparison may take before its process is stopped'),
    LOCAL_INFERENCE_WORKERS: z.coerce
      .number()
      .int()
      .min(1)
      .max(16)
      .default(2)
      .describe('Processes that look at pictures; each takes about 500 MB and one core while busy'),
    LOCAL_INFERENCE_MEMORY_MB: z.coerce
      .number()
      .int()
      .min(1_024)
      .max(16_384)
      .default(DEFAULT_MEMORY_MEGABYTES)
      .describe('Memory one such process may take before it is ended; a process takes about 500 in ordinary use'),
  })
  .superRefine((settings, context) => {
    const own = settings.LOCAL_MODEL_SET === 'own';
    for (const name of ['LOCAL_OWN_MODEL', 'LOCAL_OWN_MODEL_CALIBRATION'] as const) {
      if (own === (settings[name] !== undefined)) continue;
      const message = own ? 'is needed when LOCAL_MODEL_SET is own' : 'is for LOCAL_MODEL_SET=own only';
      context.addIssue({ code: 'custom', path: [name], message });
    }
  });

export type LocalSettings = z.infer<typeof localEnvironment>;

/** Which networks compare faces. The settings have been checked: both paths are there when the set is the own one. */
export function faceModelChoice(settings: LocalSettings): FaceModelChoice {
  const { LOCAL_MODEL_SET: set, LOCAL_OWN_MODEL: model = '', LOCAL_OWN_MODEL_CALIBRATION: calibration = '' } = settings;
  return set === 'own' ? { set, model, calibration } : { set };
}
