import { Injectable } from '@nestjs/common';
import type { ProviderReport } from '../../providers/kit/index.js';
import { Clock } from '../platform/clock/clock.js';
import { CaseKeys } from '../platform/crypto/case-keys.js';
import type { Transaction } from '../platform/database/transaction.js';
import { newId } from '../platform/ids/ids.js';
import type { CaseState } from '../recovery-case/case-states.js';
import { decodeReport, encodeReport, lateUse, publicChecks, reportUse, withdrawalUse } from './report-codec.js';
import type { VerificationSession } from './session/verification-session.js';

export interface StoredReport {
  id: string;
  sessionId: string;
  attempt: number;
  provider: string;
  role: VerificationSession['role'];
  receivedAt: Date;
  report: ProviderReport;
  /** What the partner said later and worse (T43). */
  withdrawnBy?: ProviderReport;
}

/** What came of a session after it was given up. */
export interface LateReport {
  sessionId: string;
  attempt: number;
  /** The first answer of its session is 1. */
  nth: number;
  provider: string;
  /** Where the case stood. */
  caseState: CaseState;
  /** Whether it speaks against the person; null until that was judged. */
  contradicts: boolean | null;
  report: ProviderReport;
}

interface LateRow extends Omit<LateReport, 'report'> {
  sealed: Buffer;
}

interface ReportRow extends Omit<StoredReport, 'report' | 'withdrawnBy'> {
  reportSealed: Buffer;
  withdrawalSealed: Buffer | null;
}

/**
 * Stores what providers reported, for adjudication and reviewers, and never changes a report. Each session has one
 * accepted report at most, what took it back, and what came too late to be one.
 */
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

  /** Keeps what takes a report back. False when the report was taken back before. @throws ZodError */
  async storeWithdrawal(
    tx: Transaction,
    session: VerificationSession,
    withdrawal: { report: ProviderReport; caseState: CaseState },
  ): Promise<boolean> {
    const { report, caseState } = withdrawal;
    const use = withdrawalUse(session.id);
    const sealed = await this.keys.seal(tx, session.caseId, { plain: encodeReport(report), use });
    const rows = await tx.run`INSERT INTO withdrawn_results (session_id, case_state, checks, report_sealed)
      VALUES (${session.id}, ${caseState}, ${JSON.stringify(publicChecks(report))}, ${sealed}) ON CONFLICT (session_id) DO NOTHING`;
    return rows === 1;
  }

  /** Keeps what came of a session that was given up; the caller holds the case's lock. @throws ZodError */
  async storeLate(
    tx: Transaction,
    session: VerificationSession,
    late: Pick<LateReport, 'report' | 'caseState' | 'nth'>,
  ): Promise<void> {
    const { report, caseState, nth } = late;
    const use = lateUse(session.id, nth);
    const sealed = await this.keys.seal(tx, session.caseId, { plain: encodeReport(report), use });
    await tx.run`INSERT INTO late_results (session_id, nth, case_state, checks, report_sealed)
      VALUES (${session.id}, ${nth}, ${caseState}, ${JSON.stringify(publicChecks(report))}, ${sealed})`;
  }

  /** What a session reported, whatever was said later. @throws CaseShreddedError, SealBrokenError */
  async ofSession(tx: Transaction, { id, caseId }: VerificationSession): Promise<ProviderReport | undefined> {
    const row = await tx.maybeOne<{ reportSealed: Buffer }>`
      SELECT report_sealed FROM verification_reports WHERE session_id = ${id}`;
    return row && this.open(tx, caseId, { sealed: row.reportSealed, use: reportUse(id) });
  }

  /** The latest report of an attempt. @throws CaseShreddedError, SealBrokenError */
  async ofAttempt(tx: Transaction, caseId: string, attempt: number): Promise<StoredReport | undefined> {
    const row = (await this.rows(tx, caseId, attempt)).at(-1);
    return row && this.opened(tx, caseId, row);
  }

  /** Every report of a case, of all its attempts. @throws CaseShreddedError, SealBrokenError */
  async ofCase(tx: Transaction, caseId: string): Promise<StoredReport[]> {
    const reports: StoredReport[] = [];
    for (const row of await this.rows(tx, caseId)) reports.push(await this.opened(tx, caseId, row));
    return reports;
  }

  private rows(tx: Transaction, caseId: string, attempt?: number): Promise<ReportRow[]> {
    return tx.many<ReportRow>`
      SELECT r.id, r.session_id, r.attempt, r.provider, s.role, r.received_at, r.report_sealed, w.report_sealed AS withdrawal_sealed
      FROM verification_reports r JOIN verification_sessions s ON s.id = r.session_id
        LEFT JOIN withdrawn_results w ON w.session_id = r.session_id
      WHERE r.case_id = ${caseId} AND r.attempt = COALESCE(${attempt ?? null}::int, r.attempt) ORDER BY r.received_at`;
  }

  /** Everything that came too late, of every attempt, oldest first. @throws CaseShreddedError, SealBrokenError */
  async lateOfCase(tx: Transaction, caseId: string): Promise<LateReport[]> {
    const rows = await tx.many<LateRow>`
      SELECT s.id AS session_id, s.attempt, l.nth, s.provider, l.case_state, l.contradicts, l.report_sealed AS sealed
      FROM verification_sessions s CROSS JOIN LATERAL (SELECT * FROM late_results r WHERE r.session_id = s.id OFFSET 0) AS l
      WHERE s.case_id = ${caseId} ORDER BY l.received_at, s.id, l.nth`;
    const reports: LateReport[] = [];
    for (const { sealed, ...late } of rows) {
      const use = lateUse(late.sessionId, late.nth);
      reports.push({ ...late, report: await this.open(tx, caseId, { sealed, use }) });
    }
    return reports;
  }

  /** What was judged stays judged. */
  async judgeLate(
    tx: Transaction,
    { sessionId, nth }: Pick<LateReport, 'sessionId' | 'nth'>,
    { contradicts }: { contradicts: boolean },
  ): Promise<void> {
    await tx.run`UPDATE late_results SET contradicts = ${contradicts}
      WHERE session_id = ${sessionId} AND nth = ${nth} AND contradicts IS NULL`;
  }

  private async opened(tx: Transaction, caseId: string, row: ReportRow): Promise<StoredReport> {
    const { reportSealed, withdrawalSealed, ...rest } = row;
    const { sessionId } = rest;
    const report = await this.open(tx, caseId, { sealed: reportSealed, use: reportUse(sessionId) });
    if (!withdrawalSealed) return { ...rest, report };
    const withdrawnBy = await this.open(tx, caseId, { sealed: withdrawalSealed, use: withdrawalUse(sessionId) });
    return { ...rest, report, withdrawnBy };
  }

  private async open(
    tx: Transaction,
    caseId: string,
    stored: { sealed: Buffer; use: string },
  ): Promise<ProviderReport> {
    return decodeReport((await this.keys.open(tx, caseId, stored)).toString('utf8'));
  }
}
