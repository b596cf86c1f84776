import { Processor } from '@nestjs/bullmq';
import { workerOptions } from '../platform/queue/job-contract.js';
import { JobProcessor } from '../platform/queue/job-processor.js';
import { Adjudication } from './adjudication.js';
import { RELEASE_HOLD_JOB } from './adjudication.jobs.js';

/** Looks at a held case again. */
@Processor(RELEASE_HOLD_JOB.name, workerOptions(RELEASE_HOLD_JOB))
export class ReleaseHoldProcessor extends JobProcessor<{ caseId: string }> {
  readonly contract = RELEASE_HOLD_JOB;

  constructor(private readonly adjudication: Adjudication) {
    super();
  }

  protected async handle({ caseId }: { caseId: string }): Promise<void> {
    await this.adjudication.releaseHold(caseId);
  }
}
