import { Inject, Injectable } from '@nestjs/common';
import { appendAudit } from '../../audit-trail/append.js';
import type { Config } from '../../platform/config/config.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { CONFIG } from '../../platform/platform.module.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { RecoveryCaseRepository } from '../../recovery-case/recovery-case.repository.js';
import { ApprovalAlarm } from '../providers/approval-alarm.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { Failover } from '../routing/failover.js';
import { SessionSecrets } from '../session/session-secrets.js';
import { SessionStore } from '../session/session-store.js';
import { wasGivenUp, type VerificationSession } from '../session/verification-session.js';
import { VerificationReports } from '../verification-reports.js';
import { Abandonment } from './abandonment.js';
import { LateResults } from './late-results.js';
import { bindingFaults, type BindingFault, type ResultClaim } from './result-binding.js';
import { ResultWithdrawal } from './result-withdrawal.js';

export type Settlement = 'accepted' | 'refused' | 'late' | 'kept' | 'ended' | 'withdrawn';

/**
 * The only way a result gets in. All of its binding is equal to what was stored before the person left, the session
 * still waits and the case is still in that attempt – or it is no result of that attempt (rule 4, T33, T34). The first
 * final answer of a session is its report; a later one can only take it back (T43), and one of a session that was given
 * up can only stand against its case.
 */
@Injectable()
export class ResultSettlement {
  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'embedded'>,
    private readonly registry: ProviderRegistry,
    private readonly cases: RecoveryCaseRepository,
    private readonly sessions: SessionStore,
    private readonly secrets: SessionSecrets,
    private readonly reports: VerificationReports,
    private readonly abandonment: Abandonment,
    private readonly failover: Failover,
    private readonly alarm: ApprovalAlarm,
    private readonly withdrawal: ResultWithdrawal,
    private readonly lateResults: LateResults,
  ) {}

  /** Settles a terminal report. */
  async settle(tx: Transaction, claim: ResultClaim): Promise<Settlement> {
    const recoveryCase = await this.cases.lock(tx, claim.caseId);
    const session = await this.sessions.find(tx, claim.sessionId);
    if (!recoveryCase || !session) return 'refused';
    const faults = await this.faults(tx, session, claim);
    if (faults.length > 0) return this.refuse(tx, session, faults);
    if (session.state === 'reported') return this.withdrawal.weigh(tx, { recoveryCase, session, report: claim.report });
    if (wasGivenUp(session)) return this.lateResults.weigh(tx, { recoveryCase, session, report: claim.report });
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
    switch (claim.report.status) {
      case 'completed':
        return this.accept(tx, session, claim);
      case 'cancelled':
      case 'expired':
        await this.abandonment.abandon(tx, {
          recoveryCase,
          session,
          error: claim.report.status,
          reason: 'verification_abandoned',
        });
        return 'ended';
      default:
        await this.failover.moveOn(tx, { recoveryCase, session, error: 'partner_failed' });
        return 'ended';
    }
  }

  private async accept(tx: Transaction, session: VerificationSession, claim: ResultClaim): Promise<Settlement> {
    const taken =
      await tx.run`UPDATE verification_sessions SET state = 'reported', next_fetch_at = NULL, last_error = NULL, updated_at = clock_timestamp()
      WHERE id = ${claim.sessionId} AND case_id = ${claim.caseId} AND attempt = ${claim.attempt} AND provider = ${claim.provider}
        AND external_id = ${claim.report.binding.externalId} AND state IN ('open', 'collecting')`;
    if (taken === 0) return 'late';
    const reportId = await this.reports.store(tx, session, claim.report);
    if (this.registry.get(session.provider)?.capabilities.dataLeaves === 'partner')
      await this.alarm.look(tx, session.provider);
    const moved = await this.cases.transition(tx, {
      caseId: claim.caseId,
      attempt: claim.attempt,
      name: 'report',
      actor: { kind: 'provider', id: session.provider },
      set: { provider: session.provider },
      audit: { sessionId: session.id, reportId, role: session.role },
    });
    if (!moved) throw new CaseMovedError();
    return 'accepted';
  }

  private async faults(tx: Transaction, session: VerificationSession, claim: ResultClaim): Promise<BindingFault[]> {
    return bindingFaults(
      {
        session,
        nonce: await this.secrets.openNonce(tx, session),
        replayGuard: this.registry.get(session.provider)?.capabilities.replayGuard ?? 'nonce',
        acceptsTestResults: this.config.embedded,
      },
      claim,
    );
  }

  /** Said once per session, however often the same wrong answer comes back. */
  private async refuse(tx: Transaction, session: VerificationSession, faults: BindingFault[]): Promise<Settlement> {
    const first =
      await tx.run`UPDATE verification_sessions SET last_error = 'result_refused', updated_at = clock_timestamp()
      WHERE id = ${session.id} AND last_error IS DISTINCT FROM 'result_refused'`;
    if (first === 1) {
      await appendAudit(tx, {
        chainId: session.caseId,
        type: 'verification.result_refused',
        actor: { kind: 'provider', id: session.provider },
        data: { sessionId: session.id, attempt: session.attempt, faults },
      });
    }
    return 'refused';
  }
}

/** The case ran out of time between two statements of one transaction; everything is rolled back and nothing is lost. */
export class CaseMovedError extends Error {
  override readonly name = 'CaseMovedError';

  constructor() {
    super('the case is no longer in time');
  }
}
