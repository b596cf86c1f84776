import { Injectable } from '@nestjs/common';
import type { ProviderReport } from '../../../providers/kit/index.js';
import { appendAudit } from '../../audit-trail/append.js';
import type { Actor } from '../../audit-trail/audit-event-types.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { SecurityEvents } from '../../platform/telemetry/security-events.js';
import { announce } from '../../recovery-case/case-events.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { RecoveryCaseRepository } from '../../recovery-case/recovery-case.repository.js';
import { refOf, type VerificationSession } from '../session/verification-session.js';
import { VerificationReports } from '../verification-reports.js';
import { saysWorse } from './later-word.js';
import { isHeard, wasRedeemed } from './later-answers.js';

interface LaterWord {
  recoveryCase: RecoveryCase;
  session: VerificationSession;
  report: ProviderReport;
}

/**
 * A partner that says worse of a session than it reported (T43). Worse wins until the token is spent, and never the
 * other way round: nothing a partner says later makes a case better, and the first withdrawal of a session stands.
 */
@Injectable()
export class ResultWithdrawal {
  constructor(
    private readonly cases: RecoveryCaseRepository,
    private readonly reports: VerificationReports,
    private readonly securityEvents: SecurityEvents,
  ) {}

  /**
   * Weighs a later answer; the caller holds the case's lock, so that a token is spent before this or never. A case that
   * rests on the report is decided again and its token is dead with this transaction. One whose passkey is there stays
   * as it ended: the withdrawal is in the trail, and the account holder is told how to stop the passkey.
   */
  async weigh(tx: Transaction, { recoveryCase, session, report }: LaterWord): Promise<'withdrawn' | 'late'> {
    if (!isHeard(recoveryCase, session)) return 'late';
    const first = await this.reports.ofSession(tx, session);
    if (!first || !saysWorse(first, report)) return 'late';
    const { id: caseId, attempt, state } = recoveryCase;
    if (!(await this.reports.storeWithdrawal(tx, session, { report, caseState: state }))) return 'late';
    const actor: Actor = { kind: 'provider', id: session.provider };
    const data = { sessionId: session.id, provider: session.provider, attempt, caseState: state };
    await appendAudit(tx, { chainId: caseId, type: 'verification.result_withdrawn', actor, data });
    await announce(tx, 'verification.result_withdrawn', { payload: { ...refOf(session) } });
    await this.cases.transition(tx, { caseId, attempt, name: 'reconsider', reason: 'result_withdrawn', actor });
    const type = wasRedeemed(recoveryCase) ? 'result_withdrawn_after_redemption' : 'result_withdrawn';
    tx.onCommit(() => this.securityEvents.report(type, { caseId }));
    return 'withdrawn';
  }
}
