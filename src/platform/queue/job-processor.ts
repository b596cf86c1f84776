import { OnWorkerEvent, WorkerHost } from '@nestjs/bullmq';
import { Inject } from '@nestjs/common';
import { UnrecoverableError, type Job } from 'bullmq';
import { ZodError } from 'zod';
import { postgresErrorCode } from '../database/database-errors.js';
import { PAUSED_CODE } from '../errors/paused.js';
import { failpoint, failpointsOf } from '../failpoints/failpoints.js';
import { Logger } from '../logging/logger.js';
import { Metrics } from '../telemetry/metrics.js';
import { newCorrelationId, withCorrelation } from '../telemetry/correlation.js';
import { inSpan } from '../telemetry/tracing.js';
import type { DeadLetters } from './dead-letters.js';
import { openJobData, parsePayload, type JobContract } from './job-contract.js';

/** Thrown by a job whose work can never succeed: the queue parks it at once instead of trying again. */
export class PermanentJobError extends Error {
  override readonly name = 'PermanentJobError';
}

/**
 * Runs one kind of job, and tells the queue what will never work. It is the base of every processor, whose contract
 * parses the payload. What a job returns is never stored.
 */
export abstract class JobProcessor<Payload> extends WorkerHost {
  abstract readonly contract: JobContract<Payload>;

  /** Both are there, or Nest does not start; only a processor that a test makes by hand goes without. */
  @Inject(Logger) private readonly jobLogger?: Logger;
  @Inject(Metrics) private readonly jobMetrics?: Metrics;

  #deadLetters: DeadLetters | undefined;
  readonly #noted = new WeakSet<Job>();

  /** Where it writes down what used up its tries. */
  keepDeadLettersIn(letters: DeadLetters): void {
    this.#deadLetters = letters;
  }

  protected abstract handle(payload: Payload): Promise<void>;

  override async process(job: Job): Promise<void> {
    const { payload, correlation } = openJobData(job.data);
    const attributes = { 'regain.job': this.contract.name, 'regain.tries': job.attemptsMade + 1 };
    await withCorrelation(correlation ?? { id: newCorrelationId() }, () =>
      inSpan({ kind: 'job', subject: this.contract.name, attributes }, () => this.work(job, payload)),
    );
  }

  private async work(job: Job, payload: unknown): Promise<void> {
    try {
      await failpointsOf(this.contract.name, () => this.attempt(payload));
      this.jobMetrics?.jobs.inc({ job: this.contract.name, end: 'done' });
      this.jobLogger?.debug('job_completed', { job: this.contract.name });
    } catch (error) {
      // Not a failure: the sweeper announces the work again, and again until the pause is over.
      if (postgresErrorCode(error) === PAUSED_CODE) {
        this.jobMetrics?.jobs.inc({ job: this.contract.name, end: 'paused' });
        return;
      }
      this.jobMetrics?.jobs.inc({ job: this.contract.name, end: 'failed' });
      this.jobLogger?.warn('job_failed', { job: this.contract.name, tries: job.attemptsMade + 1, error });
      const hopeless = error instanceof PermanentJobError || error instanceof ZodError;
      if (hopeless || job.attemptsMade + 1 >= (job.opts.attempts ?? 1)) await this.died(job, payload);
      if (hopeless) throw new UnrecoverableError(error.name);
      // BullMQ stores the message of what a job throws: a name says enough and holds nothing personal.
      throw new Error(error instanceof Error ? error.name : 'unknown', { cause: error });
    }
  }

  private async attempt(payload: unknown): Promise<void> {
    await failpoint('job.before');
    await this.handle(parsePayload(this.contract, payload));
    await failpoint('job.after');
  }

  private async died(job: Job, payload: unknown): Promise<void> {
    this.#noted.add(job);
    const work = this.workOf(payload);
    // What was never work of this kind is nobody's death: a forged job keeps no real work back (T114).
    if (!work) return;
    const given = { queue: this.contract.name, payload: work, jobId: job.id ?? '' };
    // What cannot be written down is announced again as soon as lost work is.
    await this.#deadLetters
      ?.note(given)
      .catch((error: unknown) => this.jobLogger?.debug('dependency_unavailable', { job: this.contract.name, error }));
  }

  private workOf(payload: unknown): object | undefined {
    try {
      return parsePayload(this.contract, payload) as object;
    } catch {
      return undefined;
    }
  }

  /** A job that took its process with it each time is given up by the queue, before anybody works on it again. */
  @OnWorkerEvent('failed')
  async onFailed(job: Job | undefined): Promise<void> {
    if (job?.finishedOn && !this.#noted.has(job)) await this.died(job, openJobData(job.data).payload);
  }

  /** Takes nothing more and waits for the job it has. */
  async stop(): Promise<void> {
    await this.worker.close();
  }

  /** The queue's store went away or came back. Without a listener it would end the process; the worker reconnects by itself. */
  @OnWorkerEvent('error')
  onWorkerError(error: unknown): void {
    this.jobLogger?.debug('dependency_unavailable', { job: this.contract.name, error });
  }
}
