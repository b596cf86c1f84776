import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../platform/config/config.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { CONFIG } from '../../platform/platform.module.js';
import { Policies } from '../../policy/policies.js';
import { PolicyDocument } from '../../policy/policy.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import type { ProcessingFacts } from './notice-text.js';

const DAY_SECONDS = 86_400;
const LONGEST_RETENTION_SECONDS = PolicyDocument.shape.retention.parse(undefined).evidenceSeconds;

/** Fills the notice in: for a case from its policy, for everybody with the longest any policy may keep photos. */
@Injectable()
export class PrivacyNoticeFacts {
  constructor(
    private readonly policies: Policies,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async ofCase(tx: Transaction, recoveryCase: RecoveryCase): Promise<ProcessingFacts> {
    const { retention, review } = await this.policies.strictest(tx, recoveryCase);
    return this.facts(retention.evidenceSeconds, { refusesAlone: review.onFail === 'deny' });
  }

  /** Promises no more than any policy keeps. */
  general(): ProcessingFacts {
    return this.facts(LONGEST_RETENTION_SECONDS, { refusesAlone: true });
  }

  private facts(retentionSeconds: number, { refusesAlone }: { refusesAlone: boolean }): ProcessingFacts {
    const { ORGANISATION_NAME: organisation, HELP_DESK_CONTACT: helpDesk } = this.config;
    return {
      organisation,
      helpDesk,
      retentionDays: Math.max(1, Math.ceil(retentionSeconds / DAY_SECONDS)),
      refusesAlone,
    };
  }
}
