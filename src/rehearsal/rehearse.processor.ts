import { Processor } from '@nestjs/bullmq';
import { workerOptions } from '../platform/queue/job-contract.js';
import { JobProcessor } from '../platform/queue/job-processor.js';
import { RehearsalWalk } from './rehearsal-walk.js';
import { REHEARSE_JOB } from './rehearsal.jobs.js';

/** Does one stretch of a rehearsal. */
@Processor(REHEARSE_JOB.name, workerOptions(REHEARSE_JOB))
export class RehearseProcessor extends JobProcessor<{ rehearsalId: string }> {
  readonly contract = REHEARSE_JOB;

  constructor(private readonly walk: RehearsalWalk) {
    super();
  }

  protected async handle({ rehearsalId }: { rehearsalId: string }): Promise<void> {
    await this.walk.stretch(rehearsalId);
  }
}
