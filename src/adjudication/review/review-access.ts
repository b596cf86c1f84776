import { Injectable } from '@nestjs/common';
import { assertOthersAccount, isOwnAccount } from '../../directory/own-account.js';
import type { Subject } from '../../directory/subject.js';
import { Subjects } from '../../directory/subjects.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { Problem } from '../../platform/errors/problem.js';
import type { Principal } from '../../platform/http/request-context.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { RecoveryCaseRepository } from '../../recovery-case/recovery-case.repository.js';
import { helpedOn } from '../involvement.js';

/**
 * Keeps people out of a review who are part of the case: those who opened it or helped it on, and the person it is about
 * (rule 10, T49).
 */
@Injectable()
export class ReviewAccess {
  constructor(
    private readonly subjects: Subjects,
    private readonly cases: RecoveryCaseRepository,
  ) {}

  /** A case that this person may look into now. @throws Problem not_found, separation_of_duties */
  async inReview(tx: Transaction, caseId: string, reviewer: Principal): Promise<RecoveryCase> {
    const recoveryCase = await this.waiting(tx, caseId);
    await this.assertUninvolved(tx, recoveryCase, reviewer);
    return recoveryCase;
  }

  /**
   * The same for somebody who is shown no more than that it waits and what it asks for, where its account cannot be opened:
   * as in the queue. @throws Problem not_found, separation_of_duties
   */
  async listed(tx: Transaction, caseId: string, reviewer: Principal): Promise<RecoveryCase> {
    const recoveryCase = await this.waiting(tx, caseId);
    const [seen] = await this.uninvolved(tx, [recoveryCase], reviewer);
    if (!seen) throw new Problem('separation_of_duties');
    return recoveryCase;
  }

  /** Locks a case that this person may decide now. @throws Problem not_found, separation_of_duties, wrong_state */
  async lockForVote(tx: Transaction, caseId: string, reviewer: Principal): Promise<RecoveryCase> {
    const recoveryCase = await this.cases.lockOrNotFound(tx, caseId);
    await this.assertUninvolved(tx, recoveryCase, reviewer);
    if (recoveryCase.state !== 'in_review') throw new Problem('wrong_state');
    return recoveryCase;
  }

  private async waiting(tx: Transaction, caseId: string): Promise<RecoveryCase> {
    const recoveryCase = await this.cases.find(tx, caseId);
    if (recoveryCase?.state !== 'in_review') throw new Problem('not_found');
    return recoveryCase;
  }

  /** @throws Problem separation_of_duties */
  async assertUninvolved(
    tx: Transaction,
    recoveryCase: Pick<RecoveryCase, 'id' | 'openedBy' | 'subjectId'>,
    reviewer: Principal,
  ): Promise<void> {
    if (recoveryCase.openedBy === reviewer.id) throw new Problem('separation_of_duties');
    const { id, subjectId } = recoveryCase;
    const helped = await helpedOn(tx, { caseIds: [id], staff: reviewer });
    if (helped.has(id)) throw new Problem('separation_of_duties');
    await assertOthersAccount(tx, { subjects: this.subjects, subjectId, staff: reviewer });
  }

  /**
   * Those of the cases that a reviewer may see, each with its account. An account that cannot be opened counts as not the
   * reviewer's own and has no name to show; otherwise one such account would keep every other case out of the queue.
   */
  async uninvolved(
    tx: Transaction,
    cases: readonly RecoveryCase[],
    reviewer: Principal,
  ): Promise<{ recoveryCase: RecoveryCase; subject: Subject | undefined }[]> {
    // A tool's key decides nothing and has no account: it watches the whole queue, its own cases too.
    const byKey = reviewer.kind === 'api_key';
    const helped = byKey
      ? new Set<string>()
      : await helpedOn(tx, { caseIds: cases.map(({ id }) => id), staff: reviewer });
    const found: { recoveryCase: RecoveryCase; subject: Subject | undefined }[] = [];
    for (const recoveryCase of cases) {
      if (!byKey && (recoveryCase.openedBy === reviewer.id || helped.has(recoveryCase.id))) continue;
      const subject = await this.subjects.findIfReadable(tx, recoveryCase.subjectId);
      if (!byKey && isOwnAccount(subject ?? { id: recoveryCase.subjectId }, reviewer)) continue;
      found.push({ recoveryCase, subject });
    }
    return found;
  }
}
