import { Processor } from '@nestjs/bullmq';
import { SYSTEM } from '../audit-trail/audit-event-types.js';
import { Database } from '../platform/database/database.js';
import { workerOptions } from '../platform/queue/job-contract.js';
import { JobProcessor } from '../platform/queue/job-processor.js';
import { RecoveryCaseRepository } from '../recovery-case/recovery-case.repository.js';
import { EXPIRE_CASE_JOB } from './recovery-request.jobs.js';
import { RecoveryLinks } from './recovery-links.js';

/** Ends a case whose time is over, with its links. An open page shows that it has ended. */
@Processor(EXPIRE_CASE_JOB.name, workerOptions(EXPIRE_CASE_JOB))
export class ExpireCaseProcessor extends JobProcessor<{ caseId: string }> {
  readonly contract = EXPIRE_CASE_JOB;

  constructor(
    private readonly database: Database,
    private readonly cases: RecoveryCaseRepository,
    private readonly links: RecoveryLinks,
  ) {
    super();
  }

  /** Too early or already closed: the guarded update changes nothing. */
  protected async handle({ caseId }: { caseId: string }): Promise<void> {
    await this.database.transaction(async (tx) => {
      const expired = await this.cases.transition(tx, {
        caseId,
        name: 'expire',
        actor: SYSTEM,
        reason: 'time_ran_out',
      });
      if (!expired) return;
      await this.links.killAll(tx, caseId);
    });
  }
}
