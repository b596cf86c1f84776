import { MAX_NOTICE_TRIES } from '../notification/owed-notices.js';
import { SEND_NOTICES_JOB } from '../notification/notification.jobs.js';
import type { Transaction } from '../platform/database/transaction.js';
import type { Routes } from '../platform/outbox/outbox-relay.js';
import { CASE_EVENTS, type CaseEvent } from '../recovery-case/case-events.js';
import { BATCH_ROWS, UNTOLD_SECONDS, type FindsLostWork, type LostWork } from './lost-work.js';

/** An event that is told to every address on file. */
interface ToldEvent {
  event: CaseEvent;
  kind: string;
  /** Told again in each attempt, and not once of the case. */
  eachAttempt: boolean;
}

/** Members that some event carries; what they are does not matter. */
const ANY_PAYLOAD = { caseId: 'x', attempt: 1 };

/** What the pipeline sends notices of: the sweeper looks for no other and for no fewer. */
export function toldEvents(routes: Routes): ToldEvent[] {
  return CASE_EVENTS.flatMap((event) =>
    routes(event, ANY_PAYLOAD)
      .filter(({ contract }) => contract.name === SEND_NOTICES_JOB.name)
      .map(({ payload }) => ({ event, kind: String(payload.kind), eachAttempt: 'attempt' in payload })),
  );
}

/**
 * Notices that were queued but not sent, and notices that were never queued. The more often one was tried, the longer
 * it waits (tries squared, in minutes); then it is given up. Never queued ones come first, then those with the fewest
 * tries. Notices of a hold that no address has accepted are never given up while it lasts, because its end waits for
 * them (adjudication/holds.ts): exhausted-work.ts spaces their tries, and they come last. A notice about an approval
 * that was taken back does not count for a later approval (adjudication/approved-since.ts).
 */
export function untold(routes: Routes): FindsLostWork {
  const told = toldEvents(routes);
  const [events, kinds] = [told.map(({ event }) => event), told.map(({ kind }) => kind)];
  return (tx) => tx.many<LostWork>`
    WITH told AS (SELECT * FROM unnest(${events}::text[], ${kinds}::text[],
      ${told.map(({ eachAttempt }) => eachAttempt)}::boolean[]) AS t (event, kind, each_attempt))
    SELECT t.event, c.id AS case_id, CASE WHEN t.each_attempt THEN happened.attempt ELSE c.attempt END AS attempt
    FROM audit_events a JOIN told t ON t.event = a.type
    CROSS JOIN LATERAL (SELECT * FROM recovery_cases WHERE id = a.chain_id OFFSET 0) AS c
    CROSS JOIN LATERAL (SELECT COALESCE((a.data->>'attempt')::int, c.attempt) AS attempt) AS happened
    CROSS JOIN LATERAL (
      SELECT count(*) AS written, min(n.tries) FILTER (WHERE n.sent_at IS NULL AND n.tries < ${MAX_NOTICE_TRIES}
        AND n.created_at <= statement_timestamp() - make_interval(mins => n.tries * n.tries)) AS fewest_tries,
        bool_or(n.sent_at IS NULL AND n.last_error IS NULL) AND (count(n.sent_at) = 0 OR c.state_reason = 'waiting_for_notice') AS untaken
      FROM notices n WHERE n.case_id = c.id AND n.kind = t.kind AND n.attempt = CASE WHEN t.each_attempt THEN happened.attempt ELSE 0 END
        AND (n.sent_at IS NULL OR t.kind NOT IN ('recovery_held', 'recovery_approved') OR n.sent_at >= COALESCE((
          SELECT min(d.decided_at) FROM decisions d WHERE d.case_id = c.id AND d.attempt = happened.attempt AND d.verdict = 'approve'
            AND NOT EXISTS (SELECT 1 FROM decisions b WHERE b.case_id = d.case_id AND b.attempt = d.attempt AND b.verdict <> 'approve'
              AND (b.decided_at, b.id) > (d.decided_at, d.id))), '-infinity'))) AS owed
    -- Said once more for the index audit_events_told, which an event that is told has to be in.
    WHERE a.type IN ('case.opened', 'case.held', 'case.approved', 'verification.result_withdrawn',
      'verification.late_result_worse', 'case.completed', 'case.denied', 'passkey.frozen', 'case.confirmation_requested')
      AND a.occurred_at BETWEEN statement_timestamp() - interval '3 days' AND statement_timestamp() - make_interval(secs => ${UNTOLD_SECONDS})
      AND (owed.written = 0 OR owed.fewest_tries IS NOT NULL OR (t.kind = 'recovery_held' AND owed.untaken))
      AND (t.kind <> 'recovery_held' OR (c.state = 'held' AND happened.attempt = c.attempt))
      AND (t.kind <> 'confirmation_needed' OR (c.state_reason = 'waiting_for_confirmation' AND happened.attempt = c.attempt))
    GROUP BY t.event, c.id, c.attempt, t.each_attempt, happened.attempt, owed.written, owed.fewest_tries
    ORDER BY owed.written > 0, owed.fewest_tries, min(a.occurred_at)
    LIMIT ${BATCH_ROWS}`;
}

/** The same of accounts: what is still owed stands in a table of its own, with as long a wait between tries. */
export function untoldOfAccounts(tx: Transaction): Promise<LostWork[]> {
  return tx.many<LostWork>`SELECT event, subject_id, id::text AS notice_id FROM account_notices
    WHERE owed_since < statement_timestamp() - make_interval(secs => ${UNTOLD_SECONDS})
      AND tries < ${MAX_NOTICE_TRIES} AND owed_since <= statement_timestamp() - make_interval(mins => tries * tries)
    ORDER BY tries, owed_since LIMIT ${BATCH_ROWS}`;
}
