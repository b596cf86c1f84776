import { Injectable } from '@nestjs/common';
import { Database } from '../../src/platform/database/database.js';
import { Policies } from '../../src/policy/policies.js';
import { RecoveryCaseRepository } from '../../src/recovery-case/recovery-case.repository.js';
import type { StepFacts } from './step-page.js';

/** What pages say besides the flow itself: how long photos are kept, and which document was chosen. */
@Injectable()
export class FlowPageFacts {
  constructor(
    private readonly database: Database,
    private readonly cases: RecoveryCaseRepository,
    private readonly policies: Policies,
  ) {}

  async of(caseId: string): Promise<StepFacts> {
    return this.database.read(async (tx) => {
      const recoveryCase = await this.cases.find(tx, caseId);
      if (!recoveryCase) return { retentionDays: 7 };
      const { retention } = await this.policies.strictest(tx, recoveryCase);
      const documentType = recoveryCase.documentType ?? undefined;
      return {
        retentionDays: Math.max(1, Math.ceil(retention.evidenceSeconds / 86_400)),
        ...(documentType ? { documentType } : {}),
      };
    });
  }
}
