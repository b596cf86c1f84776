import type { Transaction } from '../platform/database/transaction.js';
import { announce, type CaseEvent } from '../recovery-case/case-events.js';

/** What can happen to an account that its holder has to hear of, whoever did it (rule 10, T48). */
export type AccountEvent = Extract<CaseEvent, `subject.${string}`>;

/**
 * Announces what happened to an account, and writes down that its holder has still to be told: that outlives a queue that
 * loses the job (rule 2). The row is removed when every address was told.
 */
export async function announceToHolder(tx: Transaction, event: AccountEvent, subjectId: string): Promise<void> {
  const { id: noticeId } = await tx.one<{ id: string }>`
    INSERT INTO account_notices (subject_id, event) VALUES (${subjectId}, ${event}) RETURNING id::text`;
  await announce(tx, event, { payload: { subjectId, noticeId } });
}
