import { Injectable } from '@nestjs/common';
import { appendAudit } from '../audit-trail/append.js';
import { Database } from '../platform/database/database.js';
import type { Transaction } from '../platform/database/transaction.js';
import { SecurityEvents } from '../platform/telemetry/security-events.js';
import { announce } from '../recovery-case/case-events.js';
import { RecoveryCaseRepository } from '../recovery-case/recovery-case.repository.js';
import { restsOnSomething } from '../verification/collect/later-answers.js';
import { VerificationReports, type LateReport } from '../verification/verification-reports.js';
import { CaseFactsReader } from './case-facts.js';
import { contradictionsIn } from './contradictions.js';

/**
 * Judges what a partner said of a session that had been given up by the rules of every decision: against the account, not
 * against another report. A case that is still open is decided again beside this; of one whose passkey is there this is
 * all that is left: the trail, the metric, and a notice that says how to stop it (T43).
 */
@Injectable()
export class LateJudgement {
  constructor(
    private readonly database: Database,
    private readonly cases: RecoveryCaseRepository,
    private readonly reader: CaseFactsReader,
    private readonly reports: VerificationReports,
    private readonly securityEvents: SecurityEvents,
  ) {}

  /** Judges everything of the case that nobody has judged, once. Nothing to judge: nothing. Safe to run twice. */
  async judge(caseId: string): Promise<void> {
    if (!(await this.database.read((tx) => hasUnjudged(tx, caseId)))) return;
    await this.database.transaction(async (tx) => {
      const recoveryCase = await this.cases.lock(tx, caseId);
      if (!recoveryCase) return;
      await this.reader.catchUp(tx);
      for (const { late, facts } of await this.reader.unjudged(tx, recoveryCase)) {
        const contradicts = contradictionsIn(facts).length > 0;
        await this.reports.judgeLate(tx, late, { contradicts });
        if (contradicts && rested(late)) await this.tell(tx, caseId, late);
      }
    });
  }

  private async tell(tx: Transaction, caseId: string, late: LateReport): Promise<void> {
    const { sessionId, provider, attempt, caseState } = late;
    const type = caseState === 'completed' ? 'late_result_after_redemption' : 'late_result';
    await appendAudit(tx, {
      chainId: caseId,
      type: 'verification.late_result_worse',
      actor: { kind: 'provider', id: provider },
      data: { sessionId, provider, attempt, caseState },
    });
    await announce(tx, 'verification.late_result_worse', { payload: { caseId, attempt, sessionId } });
    tx.onCommit(() => this.securityEvents.report(type, { caseId }));
  }
}

/** It came when something had been decided. Before that the decision itself says what stands against the person. */
const rested = ({ caseState }: LateReport): boolean => restsOnSomething({ state: caseState, stateReason: null });

/** What nobody can read any more is judged by nobody. */
async function hasUnjudged(tx: Transaction, caseId: string): Promise<boolean> {
  const row =
    await tx.maybeOne`SELECT 1 FROM verification_sessions s CROSS JOIN LATERAL (SELECT * FROM late_results r WHERE r.session_id = s.id OFFSET 0) AS l
    WHERE s.case_id = ${caseId} AND l.contradicts IS NULL
      AND NOT EXISTS (SELECT 1 FROM case_keys k WHERE k.case_id = s.case_id AND k.shredded_at IS NOT NULL) LIMIT 1`;
  return row !== undefined;
}
