import type { Transaction } from '../platform/database/transaction.js';
import { BATCH_ROWS, STALE_SECONDS, type LostWork } from './lost-work.js';

/** Sessions of cases that wait for a partner: to be created, or to be asked about. */
export function uncollected(tx: Transaction): Promise<LostWork[]> {
  return tx.many<LostWork>`
    SELECT CASE s.state WHEN 'creating' THEN 'verification.session_pending' ELSE 'verification.collect_due' END AS event, c.id AS case_id, s.attempt, s.id AS session_id, c.state AS stuck_in
    FROM verification_sessions s JOIN recovery_cases c ON c.id = s.case_id AND c.attempt = s.attempt
    WHERE c.closed_at IS NULL AND s.state IN ('creating', 'open', 'collecting') AND (c.state = 'verifying' OR s.state = 'creating')
      AND COALESCE(s.next_fetch_at, s.updated_at) < statement_timestamp() - make_interval(secs => ${STALE_SECONDS})
    ORDER BY s.updated_at LIMIT ${BATCH_ROWS}`;
}

/** Sessions that have reported, whose partner had more to say and was not asked again. */
export function unread(tx: Transaction): Promise<LostWork[]> {
  return tx.many<LostWork>`
    SELECT 'verification.collect_due' AS event, c.id AS case_id, s.attempt, s.id AS session_id
    FROM verification_sessions s JOIN recovery_cases c ON c.id = s.case_id JOIN case_keys k ON k.case_id = c.id
    WHERE s.state = 'reported' AND k.shredded_at IS NULL
      AND (c.closed_at IS NULL OR (c.state = 'completed' AND c.state_reason IS DISTINCT FROM 'evaluation_finished'))
      AND (c.attempt > s.attempt OR c.state IN ('adjudicating', 'in_review', 'held', 'approved', 'completed'))
      AND COALESCE(s.next_fetch_at, CASE WHEN s.pushed_at > COALESCE(s.read_at, '-infinity') THEN s.pushed_at END) < statement_timestamp() - make_interval(secs => ${STALE_SECONDS})
    ORDER BY s.pushed_at LIMIT ${BATCH_ROWS}`;
}

/** Sessions that were given up, whose partner was to be asked once more. */
export function unlooked(tx: Transaction): Promise<LostWork[]> {
  return tx.many<LostWork>`
    SELECT 'verification.collect_due' AS event, case_id, attempt, id AS session_id FROM verification_sessions
    WHERE state IN ('failed', 'abandoned') AND next_fetch_at < statement_timestamp() - make_interval(secs => ${STALE_SECONDS})
    ORDER BY next_fetch_at LIMIT ${BATCH_ROWS}`;
}

/** What came of such a session, kept and judged by nobody. What cannot be opened any more never will be. */
export function unjudged(tx: Transaction): Promise<LostWork[]> {
  return tx.many<LostWork>`
    SELECT 'verification.late_result_kept' AS event, s.case_id, s.attempt, s.id AS session_id
    FROM late_results l JOIN verification_sessions s ON s.id = l.session_id JOIN case_keys k ON k.case_id = s.case_id
    WHERE l.contradicts IS NULL AND l.received_at < statement_timestamp() - make_interval(secs => ${STALE_SECONDS})
      AND k.shredded_at IS NULL ORDER BY l.received_at LIMIT ${BATCH_ROWS}`;
}

/** Sessions at partners that nobody will use and nobody has ended. */
export function leftBehind(tx: Transaction): Promise<LostWork[]> {
  return tx.many<LostWork>`
    SELECT 'verification.surplus_due' AS event, s.case_id, s.attempt, s.id AS session_id
    FROM surplus_sessions u JOIN verification_sessions s ON s.id = u.session_id
    WHERE u.state = 'due' AND u.next_try_at < statement_timestamp() - make_interval(secs => ${STALE_SECONDS})
    GROUP BY s.id ORDER BY min(u.next_try_at) LIMIT ${BATCH_ROWS}`;
}
