import { Processor } from '@nestjs/bullmq';
import { workerOptions } from '../platform/queue/job-contract.js';
import { JobProcessor } from '../platform/queue/job-processor.js';
import { ADJUDICATE_JOB } from './adjudication.jobs.js';
import { Adjudication } from './adjudication.js';
import { LateJudgement } from './late-judgement.js';

/** Decides the attempt, and then judges what came too late. */
@Processor(ADJUDICATE_JOB.name, workerOptions(ADJUDICATE_JOB))
export class AdjudicateProcessor extends JobProcessor<{ caseId: string; attempt: number }> {
  readonly contract = ADJUDICATE_JOB;

  constructor(
    private readonly adjudication: Adjudication,
    private readonly late: LateJudgement,
  ) {
    super();
  }

  protected async handle(payload: { caseId: string; attempt: number }): Promise<void> {
    await this.adjudication.decide(payload);
    await this.late.judge(payload.caseId);
  }
}
