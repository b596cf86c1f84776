import { Injectable } from '@nestjs/common';
import { appendAudit } from '../audit-trail/append.js';
import { assertOthersAccount, isOwnAccount } from '../directory/own-account.js';
import { Subjects } from '../directory/subjects.js';
import { Database } from '../platform/database/database.js';
import type { Transaction } from '../platform/database/transaction.js';
import { Problem } from '../platform/errors/problem.js';
import type { Principal } from '../platform/http/request-context.js';
import { type Answering, asItIs } from '../platform/idempotency/answering.js';
import { Policies } from '../policy/policies.js';
import { isPrivileged } from '../policy/policy.js';
import { isTerminal } from '../recovery-case/case-states.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';
import { RecoveryCaseRepository } from '../recovery-case/recovery-case.repository.js';
import { saidYes, sayYes, secondPeople, type SecondPeople } from '../recovery-case/second-people.js';
import { StaffBudgets } from '../staff-access/staff-budgets.js';

/** Takes the yes of second people, without which a privileged account's flow does not start. It approves nobody. */
@Injectable()
export class CaseAuthorizations {
  constructor(
    private readonly database: Database,
    private readonly cases: RecoveryCaseRepository,
    private readonly subjects: Subjects,
    private readonly policies: Policies,
    private readonly budgets: StaffBudgets,
  ) {}

  /**
   * One person's yes: neither the opener's nor the owner's, and nobody's twice while it counts (T49). Where it takes
   * two they are given within half an hour of one another, or the first has lapsed and both are given anew. The case's
   * row is locked, so of two at once the second one counts both; until there are enough the case stays where it is. One
   * that went on without as many as it takes now takes the others wherever it is, and stays there: its account became
   * privileged after it was opened, or the rules ask for more people than they did.
   * @throws Problem not_found, separation_of_duties, wrong_state, too_many_requests
   */
  async authorize<Answer = RecoveryCase>(
    caseId: string,
    principal: Principal,
    answer: Answering<RecoveryCase, Answer> = asItIs,
  ): Promise<NoInfer<Answer>> {
    await this.budgets.spend('steps', principal);
    return this.database.transaction(async (tx) => {
      const recoveryCase = await this.cases.lockOrNotFound(tx, caseId);
      if (recoveryCase.openedBy === principal.id) throw new Problem('separation_of_duties');
      await assertOthersAccount(tx, { subjects: this.subjects, subjectId: recoveryCase.subjectId, staff: principal });
      if (!(await this.wanted(tx, recoveryCase))) throw new Problem('wrong_state');
      const yes = { caseId, by: principal.id };
      if (await saidYes(tx, yes))
        throw new Problem('separation_of_duties', { detail: 'Another person is needed now.' });
      await sayYes(tx, yes);
      const { given, needed } = await secondPeople(tx, recoveryCase);
      const audit = { given, needed };
      if (given < needed || recoveryCase.state !== 'awaiting_authorization') {
        await appendAudit(tx, { chainId: caseId, type: 'case.authorization_given', actor: principal, data: audit });
        return answer(tx, recoveryCase);
      }
      const counted = needed > 1 ? { audit } : {};
      const authorized = await this.cases.transition(tx, { caseId, name: 'authorize', actor: principal, ...counted });
      if (!authorized) throw new Problem('wrong_state');
      return answer(tx, authorized);
    });
  }

  /**
   * How many said yes and how many it takes, where one more is wanted now. Asked before anything is written: half of two
   * yeses moves nothing that would tell.
   */
  async wanted(tx: Transaction, recoveryCase: RecoveryCase): Promise<SecondPeople | undefined> {
    const { id, state } = recoveryCase;
    const { open } = await tx.one<{ open: boolean }>`
      SELECT expires_at > clock_timestamp() AS open FROM recovery_cases WHERE id = ${id}`;
    if (!open || isTerminal(state)) return undefined;
    const people = await secondPeople(tx, recoveryCase);
    return state === 'awaiting_authorization' || (await this.lacksPeople(tx, recoveryCase, people))
      ? people
      : undefined;
  }

  /** Whether a yes of this colleague would count: they did not open it, did not say it yet, and it is not about themself. */
  async mayGive(tx: Transaction, { id, openedBy, subjectId }: RecoveryCase, staff: Principal): Promise<boolean> {
    if (openedBy === staff.id) return false;
    const subject = await this.subjects.findIfReadable(tx, subjectId);
    if (!subject || isOwnAccount(subject, staff)) return false;
    return !(await saidYes(tx, { caseId: id, by: staff.id }));
  }

  /** What a decision would call `second_person_missing`. Not of an account that cannot be opened: nobody's yes counts there. */
  private async lacksPeople(
    tx: Transaction,
    recoveryCase: RecoveryCase,
    { given, needed }: SecondPeople,
  ): Promise<boolean> {
    if (given >= needed) return false;
    const policy = await this.policies.strictest(tx, recoveryCase);
    if (!policy.authorization.privilegedNeedsSecondPerson) return false;
    const subject = await this.subjects.findIfReadable(tx, recoveryCase.subjectId);
    return subject !== undefined && isPrivileged(policy, subject);
  }
}
