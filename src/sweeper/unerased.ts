import type { Transaction } from '../platform/database/transaction.js';
import { BATCH_ROWS, STALE_SECONDS, type LostWork } from './lost-work.js';

/** A policy version written before retention had a place in it keeps evidence for the default of a week. */
const DEFAULT_RETENTION_SECONDS = 604_800;

/**
 * Closed cases whose data should be gone: by the policy they started under, or sooner by the one that covers their account
 * now (`Policies.both`), which may have been made stricter while a job waited for the later time. The job looks at the
 * stricter clock itself. Accounts are asked for their profile only where some profile would make a difference.
 */
export async function unerased(tx: Transaction): Promise<LostWork[]> {
  return tx.many<LostWork>`
    WITH living AS MATERIALIZED (
      SELECT p.id, p.priority, COALESCE((v.document #>> '{retention,evidenceSeconds}')::int, ${DEFAULT_RETENTION_SECONDS}) AS seconds,
        ARRAY(SELECT jsonb_array_elements_text(COALESCE(v.document->'include', '[]'))) AS included,
        ARRAY(SELECT jsonb_array_elements_text(COALESCE(v.document->'exclude', '[]'))) AS excluded
      FROM policies p JOIN policy_versions v ON v.policy_id = p.id AND v.version = p.version WHERE p.deleted_at IS NULL),
    closed AS (
      SELECT c.id, c.attempt, c.closed_at, c.subject_id, COALESCE((p.document #>> '{retention,evidenceSeconds}')::int, ${DEFAULT_RETENTION_SECONDS}) AS seconds
      FROM recovery_cases c JOIN case_keys k ON k.case_id = c.id JOIN policy_versions p ON p.policy_id = c.policy_id AND p.version = c.policy_version
      WHERE c.closed_at IS NOT NULL AND k.shredded_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM legal_holds h WHERE h.case_id = c.id AND h.released_at IS NULL AND (h.confirmed_at IS NOT NULL OR h.lapses_at > statement_timestamp())))
    SELECT 'case.erasure_due' AS event, c.id AS case_id, c.attempt FROM closed c
    WHERE c.closed_at + make_interval(secs => LEAST(c.seconds, (SELECT min(seconds) FROM living))) < statement_timestamp() - make_interval(secs => ${STALE_SECONDS})
      AND CASE WHEN c.closed_at + make_interval(secs => c.seconds) < statement_timestamp() - make_interval(secs => ${STALE_SECONDS}) THEN true
        ELSE c.closed_at + make_interval(secs => (
          SELECT l.seconds FROM living l JOIN subjects s ON s.id = c.subject_id
          WHERE (l.included = '{}' OR l.included && s.groups) AND NOT l.excluded && s.groups
          ORDER BY l.priority DESC, l.id LIMIT 1)) < statement_timestamp() - make_interval(secs => ${STALE_SECONDS}) END
    ORDER BY c.closed_at LIMIT ${BATCH_ROWS}`;
}
