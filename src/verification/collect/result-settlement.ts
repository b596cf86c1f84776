import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/transaction.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { RecoveryCaseRepository } from '../../recovery-case/recovery-case.repository.js';
import { Failover } from '../routing/failover.js';
import { SessionStore } from '../session/session-store.js';
import { isOver, type VerificationSession } from '../session/verification-session.js';
import { Abandonment } from './abandonment.js';
import { BindingCheck } from './binding-check.js';
import { isBasis } from './later-answers.js';
import { LateResults } from './late-results.js';
import { ResultAcceptance } from './result-acceptance.js';
import type { ResultClaim } from './result-binding.js';
import { ResultWithdrawal } from './result-withdrawal.js';

export type Settlement = 'accepted' | 'refused' | 'late' | 'kept' | 'ended' | 'withdrawn';

/**
 * Lets a result in, and is the only way in. All of its binding is equal to what was stored before the person left, the
 * session still waits and the case is still in that attempt – or it is no result of that attempt (rule 4, T33, T34). The
 * first final answer of a session is its report; a later one can only take it back (T43), and one of a session that was
 * given up, or whose attempt is over, can only stand against its case.
 */
@Injectable()
export class ResultSettlement {
  constructor(
    private readonly cases: RecoveryCaseRepository,
    private readonly sessions: SessionStore,
    private readonly binding: BindingCheck,
    private readonly acceptance: ResultAcceptance,
    private readonly abandonment: Abandonment,
    private readonly failover: Failover,
    private readonly withdrawal: ResultWithdrawal,
    private readonly lateResults: LateResults,
  ) {}

  /** Settles a terminal report. */
  async settle(tx: Transaction, claim: ResultClaim): Promise<Settlement> {
    const recoveryCase = await this.cases.lock(tx, claim.caseId);
    const session = await this.sessions.find(tx, claim.sessionId);
    if (!recoveryCase || !session || !(await this.binding.passes(tx, session, claim))) return 'refused';
    if (isOver(session)) {
      const later = { recoveryCase, session, report: claim.report };
      return isBasis(recoveryCase, session) ? this.withdrawal.weigh(tx, later) : this.lateResults.weigh(tx, later);
    }
    if (recoveryCase.state !== 'verifying' || recoveryCase.attempt !== session.attempt) {
      const ended = await this.abandonment.ignoreLate(tx, session, { reported: true });
      return ended ? this.lateResults.weigh(tx, { recoveryCase, session: ended, report: claim.report }) : 'late';
    }
    return this.conclude(tx, { recoveryCase, session, claim });
  }

  private async conclude(
    tx: Transaction,
    at: { recoveryCase: RecoveryCase; session: VerificationSession; claim: ResultClaim },
  ): Promise<Settlement> {
    const { recoveryCase, session, claim } = at;
    const { status } = claim.report;
    switch (status) {
      case 'completed':
        return (await this.acceptance.accept(tx, session, claim)) ? 'accepted' : 'late';
      case 'cancelled':
      case 'expired':
        await this.abandonment.abandon(tx, { recoveryCase, session, error: status, reason: 'verification_abandoned' });
        return 'ended';
      default:
        await this.failover.moveOn(tx, { recoveryCase, session, error: 'partner_failed' });
        return 'ended';
    }
  }
}
