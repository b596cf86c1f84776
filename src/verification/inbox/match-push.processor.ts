import { Processor } from '@nestjs/bullmq';
import { Database } from '../../platform/database/database.js';
import { workerOptions } from '../../platform/queue/job-contract.js';
import { JobProcessor } from '../../platform/queue/job-processor.js';
import { MATCH_PUSH_JOB, type PushRef } from '../verification.jobs.js';
import { PushInbox } from './push-inbox.js';

/** Finds the session that a stored delivery speaks of. */
@Processor(MATCH_PUSH_JOB.name, workerOptions(MATCH_PUSH_JOB))
export class MatchPushProcessor extends JobProcessor<PushRef> {
  readonly contract = MATCH_PUSH_JOB;

  constructor(
    private readonly database: Database,
    private readonly inbox: PushInbox,
  ) {
    super();
  }

  protected async handle({ inboxId }: PushRef): Promise<void> {
    await this.database.transaction((tx) => this.inbox.match(tx, inboxId));
  }
}
