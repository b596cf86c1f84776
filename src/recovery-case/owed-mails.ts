import type { Transaction } from '../platform/database/transaction.js';
import { announce, type CaseEvent } from './case-events.js';

/** A mail that somebody asked for: a link that is sent anew, a recovery code. */
export type MailRequest = Extract<CaseEvent, 'link.requested' | 'recovery_code.requested'>;

/**
 * Longer than the queue waits between two runs of one job, and a mail server may be silent in it (128 s and 45 s); shorter than
 * the sweeper waits before it announces a mail again (`RETRY_MINUTES`). A run after such a pause is of another announcement.
 */
const PAUSE_SECONDS = 240;

/**
 * Announces that a mail was asked for, and writes down that it is owed: that outlives a queue that loses the job (rule 2).
 * Asked for again before it went, it is owed once, to the later request. The caller holds the case's row.
 */
export async function oweMail(
  tx: Transaction,
  event: MailRequest,
  { caseId, attempt }: { caseId: string; attempt: number },
): Promise<void> {
  const { id: mailId } = await tx.one<{ id: string }>`
    INSERT INTO owed_mails (case_id, event, attempt) VALUES (${caseId}, ${event}, ${attempt})
    ON CONFLICT (case_id, event) DO UPDATE SET id = DEFAULT, attempt = EXCLUDED.attempt, owed_since = DEFAULT, tries = 0, tried_at = NULL
    RETURNING id::text`;
  await announce(tx, event, { payload: { caseId, attempt, mailId } });
}

/**
 * Counts a try to send it: all runs that follow from one announcement are one try, or a short outage would use up the
 * queue's retries and the sweeper's with them. False when there is nothing to send: it went, or was asked for anew and
 * is sent to that request. What has no id was asked for by an earlier version, or by the pipeline itself. The caller
 * holds the case's row.
 */
export async function triesToSend(tx: Transaction, mailId: string | undefined): Promise<boolean> {
  if (mailId === undefined) return true;
  const owed = await tx.run`UPDATE owed_mails SET tried_at = clock_timestamp(),
      tries = tries + CASE WHEN tried_at > clock_timestamp() - make_interval(secs => ${PAUSE_SECONDS}) THEN 0 ELSE 1 END
    WHERE id = ${mailId}::bigint`;
  return owed === 1;
}

/** It went, or nobody waits for it any more. The caller holds the case's row. */
export async function settleMail(tx: Transaction, mailId: string | undefined): Promise<void> {
  if (mailId !== undefined) await tx.run`DELETE FROM owed_mails WHERE id = ${mailId}::bigint`;
}
