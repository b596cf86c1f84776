import { Injectable } from '@nestjs/common';
import { appendAudit } from '../../audit-trail/append.js';
import type { Actor } from '../../audit-trail/audit-event-types.js';
import type { Transaction } from '../../platform/database/transaction.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { RecoveryCaseRepository } from '../../recovery-case/recovery-case.repository.js';
import { Adjudication } from '../adjudication.js';
import { Decisions } from '../decisions.js';
import { AskedAddresses } from './asked-addresses.js';
import { DeviceConfirmations } from './device-confirmations.js';

export interface ConfirmationAnswer {
  caseId: string;
  /** The attempt the message was about. */
  attempt: number;
  /** Two digits, as typed where the message arrived. */
  number: string;
  noticeId: string;
  actor: Actor;
}

/** `not_awaited`: too late, too early, another attempt, stopped, over, or from an address that vouches for nobody. */
export type AnswerOutcome =
  { kind: 'confirmed' } | { kind: 'not_matching'; triesLeft: number } | { kind: 'refused' } | { kind: 'not_awaited' };

/** Takes the answer of an address on file: does the verified person sit at the browser of the flow? */
@Injectable()
export class ConfirmationAnswers {
  constructor(
    private readonly cases: RecoveryCaseRepository,
    private readonly adjudication: Adjudication,
    private readonly decisions: Decisions,
    private readonly confirmations: DeviceConfirmations,
    private readonly asked: AskedAddresses,
  ) {}

  /**
   * The right number ends the question; what is left of the hold still runs. The third wrong one denies the case.
   * @throws CaseMovedOnError when the case ran out of time meanwhile
   */
  async answer(tx: Transaction, answer: ConfirmationAnswer): Promise<AnswerOutcome> {
    const { caseId, attempt, number } = answer;
    const recoveryCase = await this.cases.lock(tx, caseId);
    if (!recoveryCase || recoveryCase.closedAt || recoveryCase.attempt !== attempt) return { kind: 'not_awaited' };
    // A doubled click, or a second address: it is done.
    if (await this.confirmations.isConfirmed(tx, answer)) return { kind: 'confirmed' };
    if (!(await isAwaited(tx, caseId))) return { kind: 'not_awaited' };
    if (!(await this.asked.counts(tx, recoveryCase, answer.noticeId))) return { kind: 'not_awaited' };
    const compared = await this.confirmations.compare(tx, { caseId, attempt, number });
    if (!compared) return { kind: 'not_awaited' };
    if (compared.right) return this.confirm(tx, recoveryCase, answer);
    return this.refuse(tx, recoveryCase, { ...answer, triesLeft: compared.triesLeft });
  }

  private async confirm(
    tx: Transaction,
    recoveryCase: RecoveryCase,
    answer: ConfirmationAnswer,
  ): Promise<AnswerOutcome> {
    const ruling = await this.adjudication.rule(tx, recoveryCase);
    if (!ruling) return { kind: 'not_awaited' };
    const { leftSeconds } = await this.confirmations.keep(tx, answer, ruling.decision.holdSeconds);
    await this.adjudication.apply(tx, recoveryCase, {
      name: 'confirm',
      actor: answer.actor,
      verdict: 'approve',
      bucket: 'confirmed',
      reason: 'hold_running',
      holdSeconds: leftSeconds,
      audit: { noticeId: answer.noticeId },
    });
    return { kind: 'confirmed' };
  }

  private async refuse(
    tx: Transaction,
    recoveryCase: RecoveryCase,
    answer: ConfirmationAnswer & { triesLeft: number },
  ): Promise<AnswerOutcome> {
    const { caseId, attempt, noticeId, actor, triesLeft } = answer;
    const data = { attempt, noticeId, triesLeft };
    await appendAudit(tx, { chainId: caseId, type: 'case.confirmation_refused', actor, data });
    if (triesLeft > 0) return { kind: 'not_matching', triesLeft };
    const ruling = await this.adjudication.rule(tx, recoveryCase);
    const outcome = { verdict: 'deny', bucket: 'not_confirmed' } as const;
    await this.decisions.record(tx, {
      recoveryCase,
      actor,
      decidedBy: 'confirmation',
      ...outcome,
      findings: ruling?.decision.findings ?? [],
      basis: ruling,
      reportId: ruling?.reportId,
      policy: ruling?.policy ?? { id: recoveryCase.policyId, version: recoveryCase.policyVersion },
    });
    await this.adjudication.apply(tx, recoveryCase, { name: 'deny', actor, ...outcome, reason: 'not_confirmed' });
    return { kind: 'refused' };
  }
}

/** By the database's clock: the job that ends the wait may be late, the answer may not. */
async function isAwaited(tx: Transaction, caseId: string): Promise<boolean> {
  const row = await tx.maybeOne`SELECT 1 FROM recovery_cases WHERE id = ${caseId} AND state = 'held'
    AND state_reason = 'waiting_for_confirmation' AND held_until > clock_timestamp()`;
  return row !== undefined;
}
