import { Processor } from '@nestjs/bullmq';
import { workerOptions } from '../platform/queue/job-contract.js';
import { JobProcessor } from '../platform/queue/job-processor.js';
import type { NoticeKind } from './notice-texts.js';
import { SEND_NOTICES_JOB } from './notification.jobs.js';
import { CaseNotices } from './case-notices.js';

interface Payload {
  caseId: string;
  attempt?: number;
  kind: NoticeKind;
}

/** Tells every address on file of an event of a case. */
@Processor(SEND_NOTICES_JOB.name, workerOptions(SEND_NOTICES_JOB))
export class SendNoticesProcessor extends JobProcessor<Payload> {
  readonly contract = SEND_NOTICES_JOB;

  constructor(private readonly notices: CaseNotices) {
    super();
  }

  protected async handle({ caseId, attempt, kind }: Payload): Promise<void> {
    await this.notices.send(caseId, kind, attempt);
  }
}
