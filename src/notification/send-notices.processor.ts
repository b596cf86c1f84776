import { Processor } from '@nestjs/bullmq';
import { workerOptions } from '../platform/queue/job-contract.js';
import { JobProcessor } from '../platform/queue/job-processor.js';
import type { NoticeKind } from './notice-texts.js';
import { SEND_NOTICES_JOB } from './notification.jobs.js';
import { NoticeDelivery } from './notice-delivery.js';

@Processor(SEND_NOTICES_JOB.name, workerOptions(SEND_NOTICES_JOB))
export class SendNoticesProcessor extends JobProcessor<{ caseId: string; kind: NoticeKind }> {
  readonly contract = SEND_NOTICES_JOB;

  constructor(private readonly notices: NoticeDelivery) {
    super();
  }

  protected async handle({ caseId, kind }: { caseId: string; kind: NoticeKind }): Promise<void> {
    await this.notices.send(caseId, kind);
  }
}
