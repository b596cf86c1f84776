import { Processor } from '@nestjs/bullmq';
import { workerOptions } from '../platform/queue/job-contract.js';
import { JobProcessor } from '../platform/queue/job-processor.js';
import { TELL_ACCOUNT_JOB } from './notification.jobs.js';
import { AccountNotices, type AccountNotice } from './account-notices.js';

/** Tells every address on file of a change to the account. */
@Processor(TELL_ACCOUNT_JOB.name, workerOptions(TELL_ACCOUNT_JOB))
export class TellAccountProcessor extends JobProcessor<AccountNotice> {
  readonly contract = TELL_ACCOUNT_JOB;

  constructor(private readonly notices: AccountNotices) {
    super();
  }

  protected async handle(notice: AccountNotice): Promise<void> {
    await this.notices.send(notice);
  }
}
