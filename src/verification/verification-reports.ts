import { Injectable } from '@nestjs/common';
import type { ProviderReport } from '../../providers/kit/index.js';
import { Clock } from '../platform/clock/clock.js';
import { CaseKeys } from '../platform/crypto/case-keys.js';
import type { Transaction } from '../platform/database/transaction.js';
import { newId } from '../platform/ids/ids.js';
import { decodeReport, encodeReport, publicChecks, reportUse } from './report-codec.js';
import type { VerificationSession } from './session/verification-session.js';

export interface StoredReport {
  id: string;
  sessionId: string;
  provider: string;
  role: VerificationSession['role'];
  receivedAt: Date;
  report: ProviderReport;
}

interface ReportRow extends Omit<StoredReport, 'report'> {
  reportSealed: Buffer;
}

/** Accepted reports, one per session and never changed. Adjudication and reviewers read them here. */
@Injectable()
export class VerificationReports {
  constructor(
    private readonly keys: CaseKeys,
    private readonly clock: Clock,
  ) {}

  /** @throws ZodError when the report is outside the contract */
  async store(tx: Transaction, session: VerificationSession, report: ProviderReport): Promise<string> {
    const sealed = await this.keys.seal(tx, session.caseId, {
      plain: encodeReport(report),
      use: reportUse(session.id),
    });
    const id = newId('rep', this.clock.now());
    await tx.run`INSERT INTO verification_reports (id, session_id, case_id, attempt, provider, checks, report_sealed)
      VALUES (${id}, ${session.id}, ${session.caseId}, ${session.attempt}, ${session.provider}, ${JSON.stringify(publicChecks(report))}, ${sealed})`;
    return id;
  }

  /** The report of an attempt. @throws CaseShreddedError, SealBrokenError */
  async ofAttempt(tx: Transaction, caseId: string, attempt: number): Promise<StoredReport | undefined> {
    const row = await tx.maybeOne<ReportRow>`
      SELECT r.id, r.session_id, r.provider, s.role, r.received_at, r.report_sealed
      FROM verification_reports r JOIN verification_sessions s ON s.id = r.session_id
      WHERE r.case_id = ${caseId} AND r.attempt = ${attempt} ORDER BY r.received_at DESC LIMIT 1`;
    if (!row) return undefined;
    const { reportSealed, ...rest } = row;
    const text = await this.keys.open(tx, caseId, { sealed: reportSealed, use: reportUse(row.sessionId) });
    return { ...rest, report: decodeReport(text.toString('utf8')) };
  }
}
