import type { Job } from './waiting-jobs.js';
import type { WorkerProcess } from './worker-process.js';

/** One process that looks at pictures, and what it is at. */
export interface Slot {
  process: WorkerProcess;
  ready: boolean;
  job?: Job;
  /** When it got the job, by `performance.now()`. */
  givenAtMs?: number;
  deadline?: NodeJS.Timeout;
}

/** Whether a process has loaded its models and not ended since. */
export function anyWorks(slots: Iterable<Slot>): boolean {
  return [...slots].some(({ ready }) => ready);
}
