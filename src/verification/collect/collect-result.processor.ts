import { Processor } from '@nestjs/bullmq';
import { workerOptions } from '../../platform/queue/job-contract.js';
import { JobProcessor } from '../../platform/queue/job-processor.js';
import type { SessionRef } from '../session/verification-session.js';
import { COLLECT_RESULT_JOB } from '../verification.jobs.js';
import { ResultCollector } from './result-collector.js';

/** Asks a partner about one of our sessions. */
@Processor(COLLECT_RESULT_JOB.name, workerOptions(COLLECT_RESULT_JOB))
export class CollectResultProcessor extends JobProcessor<SessionRef> {
  readonly contract = COLLECT_RESULT_JOB;

  constructor(private readonly collector: ResultCollector) {
    super();
  }

  protected async handle(payload: SessionRef): Promise<void> {
    await this.collector.collect(payload);
  }
}
