import { Processor } from '@nestjs/bullmq';
import { workerOptions } from '../../platform/queue/job-contract.js';
import { JobProcessor } from '../../platform/queue/job-processor.js';
import type { SessionRef } from '../session/verification-session.js';
import { SETTLE_SURPLUS_JOB } from '../verification.jobs.js';
import { SurplusSettlement } from './surplus-settlement.js';

/** Finds and ends what a session may have left behind at a partner. */
@Processor(SETTLE_SURPLUS_JOB.name, workerOptions(SETTLE_SURPLUS_JOB))
export class SettleSurplusProcessor extends JobProcessor<SessionRef> {
  readonly contract = SETTLE_SURPLUS_JOB;

  constructor(private readonly settlement: SurplusSettlement) {
    super();
  }

  protected async handle(payload: SessionRef): Promise<void> {
    await this.settlement.settle(payload.sessionId);
  }
}
