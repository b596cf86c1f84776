import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/transaction.js';
import { RecoveryCaseRepository } from '../../recovery-case/recovery-case.repository.js';
import { ApprovalAlarm } from '../providers/approval-alarm.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import type { VerificationSession } from '../session/verification-session.js';
import { VerificationReports } from '../verification-reports.js';
import type { ResultClaim } from './result-binding.js';

/** Stores a provider's first final answer as the report of its session, and moves the case on. */
@Injectable()
export class ResultAcceptance {
  constructor(
    private readonly cases: RecoveryCaseRepository,
    private readonly registry: ProviderRegistry,
    private readonly reports: VerificationReports,
    private readonly alarm: ApprovalAlarm,
  ) {}

  /** False when the session had an answer already, or ended. @throws CaseMovedError */
  async accept(tx: Transaction, session: VerificationSession, claim: ResultClaim): Promise<boolean> {
    const taken = await tx.run`
      UPDATE verification_sessions
      SET state = 'reported', next_fetch_at = NULL, last_error = NULL, updated_at = clock_timestamp()
      WHERE id = ${claim.sessionId} AND case_id = ${claim.caseId} AND attempt = ${claim.attempt} AND provider = ${claim.provider}
        AND external_id = ${claim.report.binding.externalId} AND state IN ('open', 'collecting')`;
    if (taken === 0) return false;
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
    return true;
  }
}

/** The case ran out of time between two statements of one transaction; everything is rolled back and nothing is lost. */
class CaseMovedError extends Error {
  override readonly name = 'CaseMovedError';

  constructor() {
    super('the case is no longer in time');
  }
}
