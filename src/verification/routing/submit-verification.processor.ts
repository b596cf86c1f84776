import { Processor } from '@nestjs/bullmq';
import { workerOptions } from '../../platform/queue/job-contract.js';
import { JobProcessor } from '../../platform/queue/job-processor.js';
import type { SessionRef } from '../session/verification-session.js';
import { SessionOpener } from './session-opener.js';
import { SUBMIT_VERIFICATION_JOB } from '../verification.jobs.js';

/** Opens a stored session at its partner. */
@Processor(SUBMIT_VERIFICATION_JOB.name, workerOptions(SUBMIT_VERIFICATION_JOB))
export class SubmitVerificationProcessor extends JobProcessor<SessionRef> {
  readonly contract = SUBMIT_VERIFICATION_JOB;

  constructor(private readonly opener: SessionOpener) {
    super();
  }

  protected async handle(payload: SessionRef): Promise<void> {
    await this.opener.openPending(payload.sessionId);
  }
}
