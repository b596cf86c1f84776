import { Processor } from '@nestjs/bullmq';
import { workerOptions } from '../platform/queue/job-contract.js';
import { JobProcessor } from '../platform/queue/job-processor.js';
import { TELL_ACCOUNT_JOB } from './notification.jobs.js';
import { SubjectNotices, type SubjectNotice } from './subject-notices.js';

@Processor(TELL_ACCOUNT_JOB.name, workerOptions(TELL_ACCOUNT_JOB))
export class TellAccountProcessor extends JobProcessor<SubjectNotice> {
  readonly contract = TELL_ACCOUNT_JOB;

  constructor(private readonly notices: SubjectNotices) {
    super();
  }

  protected async handle(notice: SubjectNotice): Promise<void> {
    await this.notices.send(notice);
  }
}
