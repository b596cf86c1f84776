import { Processor } from '@nestjs/bullmq';
import { JobProcessor } from '../../platform/queue/job-processor.js';
import type { SessionRef } from '../session/verification-session.js';
import { COLLECT_VERIFICATION_JOB } from './collect-verification.job.js';
import { ResultCollector } from './result-collector.js';

@Processor(COLLECT_VERIFICATION_JOB.name, { concurrency: COLLECT_VERIFICATION_JOB.concurrency })
export class CollectVerificationProcessor extends JobProcessor<SessionRef> {
  readonly contract = COLLECT_VERIFICATION_JOB;

  constructor(private readonly collector: ResultCollector) {
    super();
  }

  protected async handle(payload: SessionRef): Promise<void> {
    await this.collector.collect(payload);
  }
}
