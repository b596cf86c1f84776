import { Injectable } from '@nestjs/common';
import type { AuditEventType } from '../../audit-trail/audit-event-types.js';
import { assertOthersAccount } from '../../directory/own-account.js';
import { Subjects } from '../../directory/subjects.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { Problem } from '../../platform/errors/problem.js';
import type { Principal } from '../../platform/http/request-context.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';

/** Steps of the help desk that help a case on. Whoever took one of them cannot be the independent look at it as well. */
const INVOLVING: readonly AuditEventType[] = [
  'link.requested',
  'link.issued',
  'call_code.confirmed',
  'case.authorized',
  'case.authorization_given',
];

/**
 * Who may have nothing to do with a review: whoever opened the case or helped it on, and whoever it is about
 * (rule 10, T49).
 */
@Injectable()
export class ReviewAccess {
  constructor(private readonly subjects: Subjects) {}

  /** @throws Problem separation_of_duties */
  async assertUninvolved(
    tx: Transaction,
    recoveryCase: Pick<RecoveryCase, 'id' | 'openedBy' | 'subjectId'>,
    reviewer: Principal,
  ): Promise<void> {
    if (recoveryCase.openedBy === reviewer.id) throw new Problem('separation_of_duties');
    if (await this.helpedOn(tx, recoveryCase.id, reviewer)) throw new Problem('separation_of_duties');
    await assertOthersAccount(tx, { subjects: this.subjects, subjectId: recoveryCase.subjectId, staff: reviewer });
  }

  private async helpedOn(tx: Transaction, caseId: string, reviewer: Principal): Promise<boolean> {
    const row = await tx.maybeOne`SELECT 1 FROM audit_events
      WHERE chain_id = ${caseId} AND actor_kind = ${reviewer.kind} AND actor_id = ${reviewer.id}
        AND type = ANY(${INVOLVING}) LIMIT 1`;
    return row !== undefined;
  }
}
