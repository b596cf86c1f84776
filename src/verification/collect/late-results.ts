import { Injectable } from '@nestjs/common';
import type { ProviderReport } from '../../../providers/kit/index.js';
import { appendAudit } from '../../audit-trail/append.js';
import type { Actor } from '../../audit-trail/audit-event-types.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { Logger } from '../../platform/logging/logger.js';
import { Metrics } from '../../platform/telemetry/metrics.js';
import { announce } from '../../recovery-case/case-events.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { RecoveryCaseRepository } from '../../recovery-case/recovery-case.repository.js';
import { goesByCodes } from '../../recovery-codes/given-codes.js';
import { refOf, type VerificationSession } from '../session/verification-session.js';
import { VerificationReports } from '../verification-reports.js';
import { saysWorse, type Said } from './later-word.js';
import { isHeard, restsOnSomething, wasRedeemed } from './standing-result.js';

interface LateWord {
  recoveryCase: RecoveryCase;
  session: VerificationSession;
  report: ProviderReport;
}

/** Two codes say nothing of checks and of nobody's data: every check that is open or failed is worse. */
const BY_CODES: Said = { checks: [] };

/**
 * What a partner says of a session that was given up before it answered: the person left, its time was over, another
 * partner was asked instead (T33, T34). It finishes no attempt and speaks for nobody. Kept, it stands against the case in
 * every decision from here (src/adjudication/contradictions.ts), whichever attempt it is of.
 */
@Injectable()
export class LateResults {
  constructor(
    private readonly cases: RecoveryCaseRepository,
    private readonly reports: VerificationReports,
    private readonly metrics: Metrics,
    private readonly logger: Logger,
  ) {}

  /** Weighs a terminal answer; the caller holds the case's lock. The first one of a session stands. */
  async weigh(tx: Transaction, late: LateWord): Promise<'kept' | 'late'> {
    const { recoveryCase, session, report } = late;
    if (report.status !== 'completed' || !(await isHeard(tx, recoveryCase, session))) return 'late';
    const worse = await this.isWorse(tx, recoveryCase, report);
    const { state: caseState } = recoveryCase;
    if (!(await this.reports.storeLate(tx, session, { report, caseState, worse }))) return 'late';
    await this.write(tx, late, 'verification.late_result_kept');
    if (worse) await this.stop(tx, late);
    return 'kept';
  }

  /** Said once the case rests on another report, or on codes: worse than that one, by whatever the two have in common. */
  private async isWorse(tx: Transaction, recoveryCase: RecoveryCase, report: ProviderReport): Promise<boolean> {
    if (!restsOnSomething(recoveryCase)) return false;
    if (await goesByCodes(tx, recoveryCase)) return saysWorse(BY_CODES, report);
    const standing = await this.reports.ofAttempt(tx, recoveryCase.id, recoveryCase.attempt);
    return standing !== undefined && saysWorse(standing.withdrawnBy ?? standing.report, report);
  }

  /**
   * As for a report that is taken back (result-withdrawal.ts): the case is decided again and its token is dead with this
   * transaction, or, when the passkey is there, the account holder is told how to stop it.
   */
  private async stop(tx: Transaction, late: LateWord): Promise<void> {
    const { recoveryCase, session } = late;
    const { id: caseId, attempt } = recoveryCase;
    await this.write(tx, late, 'verification.late_result_worse');
    await announce(tx, 'verification.late_result_worse', { payload: { ...refOf(session) } });
    await this.cases.transition(tx, {
      caseId,
      attempt,
      name: 'reconsider',
      reason: 'late_result',
      actor: actorOf(session),
    });
    const type = wasRedeemed(recoveryCase) ? 'late_result_after_redemption' : 'late_result';
    tx.onCommit(() => {
      this.metrics.securityEvents.inc({ type });
      this.logger.warn('security_event', { type, caseId });
    });
  }

  private async write(
    tx: Transaction,
    { recoveryCase, session }: LateWord,
    type: 'verification.late_result_kept' | 'verification.late_result_worse',
  ): Promise<void> {
    const { id: sessionId, provider, attempt, caseId } = session;
    const data = { sessionId, provider, attempt, caseState: recoveryCase.state };
    await appendAudit(tx, { chainId: caseId, type, actor: actorOf(session), data });
  }
}

const actorOf = ({ provider }: VerificationSession): Actor => ({ kind: 'provider', id: provider });
