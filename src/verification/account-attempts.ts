import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database/transaction.js';
import { assertAllowed, Limits } from '../platform/limits/limits.js';
import { Policies } from '../policy/policies.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';

/** Counts tries at an account over all its cases: each may cost money at a partner, and each could be a lucky match (T75). */
@Injectable()
export class AccountAttempts {
  constructor(
    private readonly limits: Limits,
    private readonly policies: Policies,
  ) {}

  /** @throws Problem too_many_requests when the case's policy allows no more within its window */
  async count(tx: Transaction, recoveryCase: RecoveryCase): Promise<void> {
    const { limits } = await this.policies.strictest(tx, recoveryCase);
    const outcome = await this.limits.takeUnder(tx, {
      name: 'submission_per_subject',
      key: recoveryCase.subjectId,
      rule: { max: limits.accountAttempts, windowSeconds: limits.accountWindowSeconds },
    });
    assertAllowed(outcome);
  }
}
