import { Injectable } from '@nestjs/common';
import { canonicalIdentifier } from '../../directory/subject-identity.js';
import { Subjects } from '../../directory/subjects.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { Problem } from '../../platform/errors/problem.js';
import type { Principal } from '../../platform/http/request-context.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';

/** Who may have nothing to do with a review: whoever opened the case, and whoever it is about (rule 10, T49). */
@Injectable()
export class ReviewAccess {
  constructor(private readonly subjects: Subjects) {}

  /** @throws Problem separation_of_duties */
  async assertUninvolved(
    tx: Transaction,
    recoveryCase: Pick<RecoveryCase, 'openedBy' | 'subjectId'>,
    reviewer: Principal,
  ): Promise<void> {
    if (recoveryCase.openedBy === reviewer.id) throw new Problem('separation_of_duties');
    const subject = await this.subjects.find(tx, recoveryCase.subjectId);
    const profile = subject?.profile.reveal();
    const names = [recoveryCase.subjectId, profile?.login, profile?.employeeId, ...(profile?.emails ?? [])];
    const own = names.some(
      (name) => name !== undefined && canonicalIdentifier(name) === canonicalIdentifier(reviewer.id),
    );
    if (own) throw new Problem('separation_of_duties');
  }
}
