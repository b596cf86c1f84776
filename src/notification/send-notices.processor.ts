import { Processor } from '@nestjs/bullmq';
import { JobProcessor } from '../platform/queue/job-processor.js';
import type { NoticeKind } from './notice-texts.js';
import { SEND_NOTICES_JOB } from './notification.jobs.js';
import { NoticeDelivery } from './notice-delivery.js';

@Processor(SEND_NOTICES_JOB.name, { concurrency: SEND_NOTICES_JOB.concurrency })
export class SendNoticesProcessor extends JobProcessor<{ caseId: string; kind: NoticeKind }> {
  readonly contract = SEND_NOTICES_JOB;

  constructor(private readonly notices: NoticeDelivery) {
    super();
  }

  protected async handle({ caseId, kind }: { caseId: string; kind: NoticeKind }): Promise<void> {
    await this.notices.send(caseId, kind);
  }
}
