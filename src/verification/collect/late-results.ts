import { Injectable } from '@nestjs/common';
import type { ProviderReport } from '../../../providers/kit/index.js';
import { appendAudit } from '../../audit-trail/append.js';
import type { Actor } from '../../audit-trail/audit-event-types.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { announce } from '../../recovery-case/case-events.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { RecoveryCaseRepository } from '../../recovery-case/recovery-case.repository.js';
import { goesByCodes } from '../../recovery-codes/given-codes.js';
import { refOf, type VerificationSession } from '../session/verification-session.js';
import { VerificationReports } from '../verification-reports.js';
import { saysTheSame, saysWorse, whatIsWorse } from './later-word.js';
import { isHeard, restsOnSomething } from './later-answers.js';

interface LateWord {
  recoveryCase: RecoveryCase;
  session: VerificationSession;
  report: ProviderReport;
}

/**
 * What a partner says about a session that was given up before it answered (the person left, its time was over, or another
 * partner was asked instead), or says worse of one whose attempt is over (T33, T34, T43). Such an answer finishes no
 * attempt and never counts for the person. It is kept and counts against the case in every later decision
 * (src/adjudication/contradictions.ts), whichever attempt it belongs to.
 */
@Injectable()
export class LateResults {
  constructor(
    private readonly cases: RecoveryCaseRepository,
    private readonly reports: VerificationReports,
  ) {}

  /**
   * Keeps a terminal answer; the caller holds the case's lock, so that a token is spent before this or never. Whether it
   * speaks against the person is a decision's to say, not this one's: a decided case is decided again with it, and its
   * token is dead with this transaction, as for a report that is taken back (result-withdrawal.ts). A good answer costs
   * the person another token. One whose passkey is there is only judged (src/adjudication/late-judgement.ts).
   */
  async weigh(tx: Transaction, late: LateWord): Promise<'kept' | 'late'> {
    const { recoveryCase, session } = late;
    if (late.report.status !== 'completed' || !isHeard(recoveryCase, session)) return 'late';
    const report = await this.newIn(tx, late);
    if (!report || !(await this.keep(tx, { recoveryCase, session, report }))) return 'late';
    const { id: caseId, attempt, state: caseState } = recoveryCase;
    const { id: sessionId, provider } = session;
    const actor: Actor = { kind: 'provider', id: provider };
    const data = { sessionId, provider, attempt: session.attempt, caseState };
    await appendAudit(tx, { chainId: caseId, type: 'verification.late_result_kept', actor, data });
    await announce(tx, 'verification.late_result_kept', { payload: { ...refOf(session) } });
    if (await this.restsOnEvidence(tx, recoveryCase))
      await this.cases.transition(tx, { caseId, attempt, name: 'reconsider', reason: 'late_result', actor });
    return 'kept';
  }

  /** An attempt that is over was decided on what its session reported: what is the same or better says nothing new. */
  private async newIn(tx: Transaction, { session, report }: LateWord): Promise<ProviderReport | undefined> {
    const first = session.state === 'reported' ? await this.reports.ofSession(tx, session) : undefined;
    if (!first) return report;
    return saysWorse(first, report) ? whatIsWorse(first, report) : undefined;
  }

  /** Beside what was kept of the session before: a good answer does not make a later one unheard. False for the same again. */
  private async keep(tx: Transaction, { recoveryCase, session, report }: LateWord): Promise<boolean> {
    const ofCase = await this.reports.lateOfCase(tx, recoveryCase.id);
    const before = ofCase.filter(({ sessionId }) => sessionId === session.id);
    if (before.some((kept) => saysTheSame(kept.report, report))) return false;
    await this.reports.storeLate(tx, session, { report, caseState: recoveryCase.state, nth: before.length + 1 });
    return true;
  }

  /** Somebody reported in this attempt, or it goes by codes: otherwise there is nothing to decide yet, or again. */
  private async restsOnEvidence(tx: Transaction, recoveryCase: RecoveryCase): Promise<boolean> {
    const { id, attempt } = recoveryCase;
    if (!restsOnSomething(recoveryCase)) return false;
    return (await goesByCodes(tx, recoveryCase)) || (await this.reports.ofAttempt(tx, id, attempt)) !== undefined;
  }
}
