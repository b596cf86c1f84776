import type { Transaction } from '../platform/database/transaction.js';
import { BATCH_ROWS, STALE_SECONDS, UNTOLD_SECONDS, type LostWork } from './lost-work.js';

/** Cases past their time. */
export function overdue(tx: Transaction): Promise<LostWork[]> {
  return tx.many<LostWork>`SELECT 'case.expiry_due' AS event, id AS case_id, attempt FROM recovery_cases
    WHERE closed_at IS NULL AND expires_at <= statement_timestamp() ORDER BY expires_at LIMIT ${BATCH_ROWS}`;
}

/**
 * Decisions nobody took and holds that ran out. One that waits for its notice is let go by that (notification/case-notices.ts):
 * it comes after all others, and not in every round, or as many as a round looks at would keep it from everything else.
 */
export async function stuck(tx: Transaction): Promise<LostWork[]> {
  const found = await tx.many<LostWork>`
    SELECT CASE state WHEN 'adjudicating' THEN 'verification.reported' ELSE 'case.hold_due' END AS event,
      id AS case_id, attempt, state AS stuck_in FROM recovery_cases
    WHERE closed_at IS NULL AND state IN ('adjudicating', 'held') AND expires_at > statement_timestamp() AND (
      (state = 'adjudicating' AND updated_at < statement_timestamp() - make_interval(secs => ${STALE_SECONDS}))
      OR (state = 'held' AND held_until <= statement_timestamp()
        AND (state_reason IS DISTINCT FROM 'waiting_for_notice' OR COALESCE(next_attempt_at <= statement_timestamp(), true))))
    ORDER BY state_reason IS NOT DISTINCT FROM 'waiting_for_notice', updated_at LIMIT ${BATCH_ROWS}`;
  const ids = found.flatMap(({ caseId, stuckIn }) => (stuckIn === 'held' && caseId !== undefined ? [caseId] : []));
  if (ids.length > 0)
    await tx.run`UPDATE recovery_cases SET next_attempt_at = statement_timestamp() + make_interval(secs => ${UNTOLD_SECONDS})
      WHERE id = ANY(${ids}) AND state = 'held' AND state_reason = 'waiting_for_notice'`;
  return found;
}

/** Self-service starts that were stored and never looked at. */
export function unheard(tx: Transaction): Promise<LostWork[]> {
  return tx.many<LostWork>`SELECT 'request.accepted' AS event, id AS request_id FROM recovery_requests
    WHERE created_at < statement_timestamp() - make_interval(secs => ${STALE_SECONDS}) ORDER BY created_at LIMIT ${BATCH_ROWS}`;
}

/** Rehearsals that nobody takes further. */
export function unrehearsed(tx: Transaction): Promise<LostWork[]> {
  return tx.many<LostWork>`SELECT 'rehearsal.due' AS event, id AS rehearsal_id FROM rehearsals
    WHERE state = 'running' AND updated_at < statement_timestamp() - make_interval(secs => ${STALE_SECONDS})
    ORDER BY updated_at LIMIT ${BATCH_ROWS}`;
}
