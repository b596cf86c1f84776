import { Injectable } from '@nestjs/common';
import type { Subject } from '../directory/subject.js';
import { Subjects } from '../directory/subjects.js';
import type { Transaction } from '../platform/database/transaction.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';
import type { CaseListQuery, CaseView } from './case.schemas.js';

/** What staff see of a case: no photos, document numbers, scores, links or tokens (api.md, "Help desk"). */
@Injectable()
export class CaseViews {
  constructor(private readonly subjects: Subjects) {}

  /** @param known its account, when the caller has it */
  async of(tx: Transaction, row: RecoveryCase, known?: Subject): Promise<CaseView> {
    const subject = known ?? (await this.subjects.find(tx, row.subjectId));
    return {
      id: row.id,
      reference: row.reference,
      state: row.state,
      stateReason: row.stateReason,
      attempt: row.attempt,
      attemptsLeft: Math.max(0, row.attemptsAllowed - row.attempt),
      subject: { id: row.subjectId, displayName: subject?.profile.reveal().displayName ?? '' },
      openedBy: row.openedBy,
      channel: row.channel,
      ticketRef: row.ticketRef,
      policyId: row.policyId,
      mode: row.mode,
      provider: row.provider,
      outcome: row.verdict ? { verdict: row.verdict, bucket: row.bucket ?? 'none' } : null,
      nextAttemptAt: row.nextAttemptAt?.toISOString() ?? null,
      createdAt: row.createdAt.toISOString(),
      updatedAt: row.updatedAt.toISOString(),
      expiresAt: row.expiresAt.toISOString(),
    };
  }

  async list(tx: Transaction, query: CaseListQuery): Promise<{ data: CaseView[]; nextCursor: string | null }> {
    const {
      limit,
      cursor = null,
      state = null,
      subjectId = null,
      openedBy = null,
      ticketRef = null,
      since = null,
      until = null,
    } = query;
    const rows = await tx.many<RecoveryCase>`
      SELECT * FROM recovery_cases
      WHERE (${cursor}::text IS NULL OR id < ${cursor}) AND (${state}::text IS NULL OR state = ${state}) AND (${subjectId}::text IS NULL OR subject_id = ${subjectId})
        AND (${openedBy}::text IS NULL OR opened_by = ${openedBy}) AND (${ticketRef}::text IS NULL OR ticket_ref = ${ticketRef})
        AND (${since}::timestamptz IS NULL OR created_at >= ${since}::timestamptz) AND (${until}::timestamptz IS NULL OR created_at < ${until}::timestamptz)
      ORDER BY id DESC LIMIT ${limit + 1}`;
    const data: CaseView[] = [];
    for (const row of rows.slice(0, limit)) data.push(await this.of(tx, row));
    return { data, nextCursor: rows.length > limit ? (rows[limit - 1]?.id ?? null) : null };
  }
}
