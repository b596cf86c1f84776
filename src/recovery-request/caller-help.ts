import { Injectable } from '@nestjs/common';
import { appendAudit } from '../audit-trail/append.js';
import { assertOthersAccount } from '../directory/own-account.js';
import { Subjects } from '../directory/subjects.js';
import { Database } from '../platform/database/database.js';
import type { Transaction } from '../platform/database/transaction.js';
import { Problem } from '../platform/errors/problem.js';
import type { Principal } from '../platform/http/request-context.js';
import { type Answering, asItIs } from '../platform/idempotency/answering.js';
import { assertAllowed, Limits } from '../platform/limits/limits.js';
import { Policies } from '../policy/policies.js';
import type { CaseState } from '../recovery-case/case-states.js';
import { oweMail } from '../recovery-case/owed-mails.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';
import { RecoveryCaseRepository } from '../recovery-case/recovery-case.repository.js';
import { StaffBudgets } from '../staff-access/staff-budgets.js';
import { awaitsCallCode } from './call-code.js';
import { CallCodes } from './call-codes.js';
import type { OpenedCase } from './case-view.js';
import { OBSTACLES } from './recoverable-accounts.js';
import { RecoveryLinks } from './recovery-links.js';

/** A link can be sent again while a person may still need to come in. */
export const LINK_STATES: readonly CaseState[] = [
  'link_sent',
  'awaiting_evidence',
  'verifying',
  'in_review',
  'held',
  'approved',
];

/** Helps somebody who is on the phone with their open case: sends the link anew, and checks the code they read out. */
@Injectable()
export class CallerHelp {
  constructor(
    private readonly database: Database,
    private readonly cases: RecoveryCaseRepository,
    private readonly subjects: Subjects,
    private readonly policies: Policies,
    private readonly links: RecoveryLinks,
    private readonly limits: Limits,
    private readonly callCodes: CallCodes,
    private readonly budgets: StaffBudgets,
  ) {}

  /**
   * A new link; the old one is dead from this moment, whether or not the mail arrives.
   * @throws Problem not_found, separation_of_duties, wrong_state, too_many_requests, subject_not_recoverable when no link is
   * passed on any more
   */
  async resendLink<Answer = OpenedCase>(
    caseId: string,
    principal: Principal,
    answer: Answering<OpenedCase, Answer> = asItIs,
  ): Promise<NoInfer<Answer>> {
    await this.budgets.spend('steps', principal);
    return this.database.transaction(async (tx) => {
      const recoveryCase = await this.cases.lockOrNotFound(tx, caseId);
      await this.assertMayHelp(tx, recoveryCase, principal);
      await this.assertOpen(tx, caseId);
      if (!LINK_STATES.includes(recoveryCase.state)) throw new Problem('wrong_state');
      assertAllowed(await this.limits.take(tx, 'link_per_case', caseId));
      await this.links.killAll(tx, caseId);
      await appendAudit(tx, { chainId: caseId, type: 'link.requested', actor: principal });
      if (recoveryCase.channel !== 'relay') {
        await oweMail(tx, 'link.requested', { caseId, attempt: recoveryCase.attempt });
        return answer(tx, { recoveryCase });
      }
      const { limits, relay } = await this.policies.strictest(tx, recoveryCase);
      if (!relay.allowed) throw new Problem('subject_not_recoverable', { detail: OBSTACLES.no_relay });
      const link = await this.links.issue(tx, { caseId, ttlSeconds: limits.linkTtlSeconds, actor: principal });
      return answer(tx, { recoveryCase, link });
    });
  }

  /**
   * The four digits the caller reads out; five tries, then the code is dead.
   * @throws Problem not_found, separation_of_duties, wrong_state, invalid_request, too_many_requests
   */
  async confirmCallCode<Answer = RecoveryCase>(
    caseId: string,
    entry: { code: string; principal: Principal },
    answer: Answering<RecoveryCase, Answer> = asItIs,
  ): Promise<NoInfer<Answer>> {
    await this.budgets.spend('steps', entry.principal);
    const confirmed = await this.database.transaction(async (tx) => {
      const recoveryCase = await this.cases.lockOrNotFound(tx, caseId);
      await this.assertMayHelp(tx, recoveryCase, entry.principal);
      await this.assertOpen(tx, caseId);
      if (!awaitsCallCode(recoveryCase)) throw new Problem('wrong_state');
      const right = await this.callCodes.try(tx, recoveryCase, entry.code);
      await appendAudit(tx, {
        chainId: caseId,
        type: right ? 'call_code.confirmed' : 'call_code.refused',
        actor: entry.principal,
      });
      return right ? { answer: await answer(tx, await this.cases.lockOrNotFound(tx, caseId)) } : undefined;
    });
    // A wrong guess is committed, and refused only then: it counts.
    if (!confirmed)
      throw new Problem('invalid_request', {
        errors: [{ pointer: '/code', code: 'not_matching', detail: 'This is not the code the person sees.' }],
      });
    return confirmed.answer;
  }

  /** @throws Problem wrong_state when the case is closed or its time is over, by the database's clock */
  private async assertOpen(tx: Transaction, caseId: string): Promise<void> {
    const { open } = await tx.one<{
      open: boolean;
    }>`SELECT closed_at IS NULL AND expires_at > clock_timestamp() AS open FROM recovery_cases WHERE id = ${caseId}`;
    if (!open) throw new Problem('wrong_state');
  }

  /** Not whose account it is, nor who voted on it: they stay the independent look (T49). @throws Problem separation_of_duties */
  private async assertMayHelp(tx: Transaction, { id, subjectId }: RecoveryCase, staff: Principal): Promise<void> {
    await assertOthersAccount(tx, { subjects: this.subjects, subjectId, staff });
    const voted = await tx.maybeOne`SELECT 1 FROM audit_events WHERE chain_id = ${id} AND actor_kind = ${staff.kind}
      AND actor_id = ${staff.id} AND type = 'review.voted' LIMIT 1`;
    if (voted) throw new Problem('separation_of_duties');
  }
}
