import { Injectable } from '@nestjs/common';
import { CaseKeys } from '../platform/crypto/case-keys.js';
import { Database } from '../platform/database/database.js';
import type { Transaction } from '../platform/database/transaction.js';
import { Problem } from '../platform/errors/problem.js';
import type { Principal } from '../platform/http/request-context.js';
import { type Answering, asItIs } from '../platform/idempotency/answering.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';
import { RecoveryCaseRepository } from '../recovery-case/recovery-case.repository.js';
import { StaffBudgets } from '../staff-access/staff-budgets.js';
import { CaseOpening, keepCancelReason } from './case-opening.js';
import type { OpenedCase } from './case-view.js';
import type { OpenCaseBody } from './case.schemas.js';
import { OBSTACLES, RecoverableAccounts } from './recoverable-accounts.js';
import { RecoveryLinks } from './recovery-links.js';

/** Opens and cancels cases for the help desk. It verifies nobody (rule 10). */
@Injectable()
export class RecoveryCases {
  constructor(
    private readonly database: Database,
    private readonly cases: RecoveryCaseRepository,
    private readonly accounts: RecoverableAccounts,
    private readonly opening: CaseOpening,
    private readonly links: RecoveryLinks,
    private readonly keys: CaseKeys,
    private readonly budgets: StaffBudgets,
  ) {}

  /**
   * @throws Problem not_found, separation_of_duties, subject_not_recoverable, case_already_open, too_many_requests,
   * recoveries_paused
   */
  async open<Answer = OpenedCase>(
    body: OpenCaseBody,
    principal: Principal,
    answer: Answering<OpenedCase, Answer> = asItIs,
  ): Promise<NoInfer<Answer>> {
    return this.budgets.spendOpening(principal, async (tx, allowed) => {
      const { channel } = body.delivery;
      const [account] = await Promise.all([this.accounts.find(tx, body.subject), allowed]);
      if (!account) throw new Problem('not_found');
      const { subject } = account;
      const obstacle = this.accounts.obstacleTo(account, { channel, staff: principal });
      if (obstacle === 'own_account') throw new Problem('separation_of_duties');
      if (obstacle) throw new Problem('subject_not_recoverable', { detail: OBSTACLES[obstacle] });
      const policy = account.policyFor(subject.groups);
      if (!policy) throw new Problem('subject_not_recoverable', { detail: OBSTACLES.no_policy });
      const recoveryCase = await this.opening.open(tx, {
        subject,
        policy,
        opener: principal,
        channel,
        reason: body.reason,
        ticketRef: body.ticketRef,
      });
      if (!recoveryCase) throw new Problem('case_already_open');
      const relayed = channel === 'relay' && recoveryCase.state === 'link_sent';
      const link = relayed
        ? await this.links.issue(tx, {
            caseId: recoveryCase.id,
            ttlSeconds: policy.document.limits.linkTtlSeconds,
            actor: principal,
          })
        : undefined;
      return answer(tx, { recoveryCase, subject, policy: policy.document, link });
    });
  }

  /**
   * Staff may stop their own recovery, too: that harms nobody. The person's page session goes on and shows that the request
   * has ended; a closed case lets it do nothing else.
   * @throws Problem not_found, wrong_state
   */
  async cancel<Answer = RecoveryCase>(
    caseId: string,
    entry: { reason: string; principal: Principal },
    answer: Answering<RecoveryCase, Answer> = asItIs,
  ): Promise<NoInfer<Answer>> {
    await this.budgets.note('steps', entry.principal);
    return this.database.transaction(async (tx) => {
      await this.require(tx, caseId);
      const cancelled = await this.cases.transition(tx, {
        caseId,
        name: 'cancel',
        actor: entry.principal,
        reason: 'stopped_by_help_desk',
      });
      if (!cancelled) throw new Problem('wrong_state');
      await keepCancelReason(tx, { keys: this.keys, caseId, text: entry.reason });
      await this.links.killAll(tx, caseId);
      return answer(tx, cancelled);
    });
  }

  async require(tx: Transaction, caseId: string): Promise<RecoveryCase> {
    const recoveryCase = await this.cases.find(tx, caseId);
    if (!recoveryCase) throw new Problem('not_found');
    return recoveryCase;
  }
}
