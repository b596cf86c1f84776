import { OnWorkerEvent, WorkerHost } from '@nestjs/bullmq';
import { Inject, Optional } from '@nestjs/common';
import { UnrecoverableError, type Job } from 'bullmq';
import { ZodError } from 'zod';
import { failpoint, failpointsOf } from '../failpoints/failpoints.js';
import { Logger } from '../logging/logger.js';
import { Metrics } from '../telemetry/metrics.js';
import { parsePayload, type JobContract } from './job-contract.js';

/** Thrown by a job whose work can never succeed: the queue parks it at once instead of trying again. */
export class PermanentJobError extends Error {}

/**
 * Base of every processor: parses the payload against its contract and turns "will never work" into the queue's own
 * word for it. What a job returns is never stored.
 */
export abstract class JobProcessor<Payload> extends WorkerHost {
  abstract readonly contract: JobContract<Payload>;

  @Optional() @Inject(Logger) private readonly jobLogger?: Logger;
  @Optional() @Inject(Metrics) private readonly jobMetrics?: Metrics;

  protected abstract handle(payload: Payload): Promise<void>;

  override async process(job: Job): Promise<void> {
    try {
      await failpointsOf(this.contract.name, () => this.work(job));
      this.jobMetrics?.jobs.inc({ job: this.contract.name, end: 'done' });
    } catch (error) {
      this.jobMetrics?.jobs.inc({ job: this.contract.name, end: 'failed' });
      this.jobLogger?.warn('job_failed', { job: this.contract.name, tries: job.attemptsMade + 1, error });
      if (error instanceof PermanentJobError || error instanceof ZodError) throw new UnrecoverableError(error.name);
      // BullMQ stores the message of what a job throws: a name says enough and holds nothing personal.
      throw new Error(error instanceof Error ? error.name : 'unknown', { cause: error });
    }
  }

  private async work(job: Job): Promise<void> {
    await failpoint('job.before');
    await this.handle(parsePayload(this.contract, job.data));
    await failpoint('job.after');
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
