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
    const { limit } = query;
    const rows = await found(tx, query);
    const data: CaseView[] = [];
    for (const row of rows.slice(0, limit)) data.push(await this.of(tx, row));
    return { data, nextCursor: rows.length > limit ? (rows[limit - 1]?.id ?? null) : null };
  }
}

/** One page and one row more. What names an account or a ticket is looked up by it; anything else walks back from the newest. */
async function found(tx: Transaction, query: CaseListQuery): Promise<RecoveryCase[]> {
  const {
    limit,
    cursor = null,
    state = null,
    subjectId,
    openedBy = null,
    ticketRef,
    since = null,
    until = null,
  } = query;
  if (subjectId !== undefined)
    return tx.many<RecoveryCase>`SELECT * FROM recovery_cases
      WHERE subject_id = ${subjectId} AND id < COALESCE(${cursor}::text, '~') AND (${state}::text IS NULL OR state = ${state})
        AND (${openedBy}::text IS NULL OR opened_by = ${openedBy}) AND (${ticketRef ?? null}::text IS NULL OR ticket_ref = ${ticketRef ?? null})
        AND created_at >= COALESCE(${since}::timestamptz, '-infinity') AND created_at < COALESCE(${until}::timestamptz, 'infinity')
      ORDER BY id DESC LIMIT ${limit + 1}`;
  if (ticketRef !== undefined)
    return tx.many<RecoveryCase>`SELECT * FROM recovery_cases
      WHERE ticket_ref = ${ticketRef} AND id < COALESCE(${cursor}::text, '~') AND (${state}::text IS NULL OR state = ${state})
        AND (${openedBy}::text IS NULL OR opened_by = ${openedBy})
        AND created_at >= COALESCE(${since}::timestamptz, '-infinity') AND created_at < COALESCE(${until}::timestamptz, 'infinity')
      ORDER BY id DESC LIMIT ${limit + 1}`;
  return tx.many<RecoveryCase>`SELECT * FROM recovery_cases
    WHERE id < COALESCE(${cursor}::text, '~') AND (${state}::text IS NULL OR state = ${state})
      AND (${openedBy}::text IS NULL OR opened_by = ${openedBy})
      AND created_at >= COALESCE(${since}::timestamptz, '-infinity') AND created_at < COALESCE(${until}::timestamptz, 'infinity')
    ORDER BY id DESC LIMIT ${limit + 1}`;
}
