import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/transaction.js';
import { Policies } from '../../policy/policies.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { attemptsLeft } from '../objection.js';

/** How often a reviewer may still send a person back: as often as the rules would, whether or not the case's facts can be read. */
@Injectable()
export class ReviewAttempts {
  constructor(private readonly policies: Policies) {}

  async left(tx: Transaction, recoveryCase: RecoveryCase): Promise<number> {
    return attemptsLeft(recoveryCase, await this.policies.strictest(tx, recoveryCase));
  }
}
