import type { LoggerPort, TimingPort } from '../kit/index.js';
import type { FaceModelChoice } from './face-models.js';

export interface InferenceClientOptions {
  modelsDir: string;
  /** `fused` when left out. */
  faces?: FaceModelChoice;
  /** For one task, and for loading the models. */
  timeoutMs: number;
  workers: number;
  /** For each process; `DEFAULT_MEMORY_MEGABYTES` when left out. */
  memoryMegabytes?: number;
  logger: LoggerPort;
  timings?: TimingPort;
  /** Tasks waiting for a free worker before further ones are refused. */
  maxWaiting?: number;
  /** Checks waiting for their turn before further ones are told to come again. */
  maxWaitingChecks?: number;
  /** Compiled worker; another one only in tests. */
  entry?: string;
}
