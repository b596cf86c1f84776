import { ProviderError } from '../kit/index.js';
import type { InferenceAnswers, InferenceTask } from './types.js';

export interface Job {
  id: number;
  task: InferenceTask;
  /** By `performance.now()`. */
  askedAtMs: number;
  resolve(answer: InferenceAnswers[keyof InferenceAnswers]): void;
  reject(error: ProviderError): void;
}

/**
 * Tasks that wait for a free process, first come first served. One that has waited too long is rejected as `timeout` and
 * never handed out: whoever asked has given up by then.
 */
export class WaitingJobs {
  private readonly jobs = new Map<Job, NodeJS.Timeout>();

  constructor(private readonly longestMs: number) {}

  get size(): number {
    return this.jobs.size;
  }

  /** How many jobs wait whose task is meant. */
  count(isMeant: (task: InferenceTask) => boolean): number {
    return [...this.jobs.keys()].filter(({ task }) => isMeant(task)).length;
  }

  add(job: Job): void {
    const expiry = setTimeout(() => {
      this.jobs.delete(job);
      job.reject(new ProviderError('timeout', 'No process was free for a picture in time.'));
    }, this.longestMs);
    this.jobs.set(job, expiry);
  }

  next(): Job | undefined {
    const [job] = this.jobs.keys();
    if (job) this.remove(job);
    return job;
  }

  rejectAll(error: ProviderError): void {
    for (const job of [...this.jobs.keys()]) {
      this.remove(job);
      job.reject(error);
    }
  }

  private remove(job: Job): void {
    clearTimeout(this.jobs.get(job));
    this.jobs.delete(job);
  }
}
