import type { Transaction } from '../platform/database/transaction.js';
import { BATCH_ROWS, STALE_SECONDS, type LostWork } from './lost-work.js';

/** A policy version written before retention had a place in it keeps evidence for the default of a week. */
const DEFAULT_RETENTION_SECONDS = 604_800;

/**
 * Closed cases whose data should be gone: by the policy they started under, or sooner by the one that covers their account
 * now (`Policies.both`), which may have been made stricter while a job waited for the later time. The job looks at the
 * stricter clock itself. Which profile covers somebody is asked once for all who are in the same groups.
 */
export async function unerased(tx: Transaction): Promise<LostWork[]> {
  return tx.many<LostWork>`
    WITH living AS MATERIALIZED (
      SELECT p.id, p.priority, COALESCE((v.document #>> '{retention,evidenceSeconds}')::int, ${DEFAULT_RETENTION_SECONDS}) AS seconds,
        ARRAY(SELECT jsonb_array_elements_text(COALESCE(v.document->'include', '[]'))) AS included,
        ARRAY(SELECT jsonb_array_elements_text(COALESCE(v.document->'exclude', '[]'))) AS excluded
      FROM policies p JOIN policy_versions v ON v.policy_id = p.id AND v.version = p.version WHERE p.deleted_at IS NULL),
    closed AS MATERIALIZED (
      SELECT c.id, c.attempt, c.closed_at, s.groups, kept.seconds
      FROM recovery_cases c JOIN case_keys k ON k.case_id = c.id JOIN policy_versions p ON p.policy_id = c.policy_id AND p.version = c.policy_version
      JOIN subjects s ON s.id = c.subject_id
      CROSS JOIN LATERAL (SELECT COALESCE((p.document #>> '{retention,evidenceSeconds}')::int, ${DEFAULT_RETENTION_SECONDS}) AS seconds) AS kept
      WHERE c.closed_at IS NOT NULL AND k.shredded_at IS NULL
        AND c.closed_at + make_interval(secs => LEAST(kept.seconds, (SELECT min(seconds) FROM living))) < statement_timestamp() - make_interval(secs => ${STALE_SECONDS})
        AND NOT EXISTS (SELECT 1 FROM legal_holds h WHERE h.case_id = c.id AND h.released_at IS NULL AND (h.confirmed_at IS NOT NULL OR h.lapses_at > statement_timestamp()))),
    today AS MATERIALIZED (
      SELECT groups, (
        SELECT seconds FROM living l WHERE (l.included = '{}' OR l.included && g.groups) AND NOT l.excluded && g.groups
        ORDER BY l.priority DESC, l.id LIMIT 1) AS seconds
      FROM (SELECT DISTINCT groups FROM closed) AS g)
    SELECT 'case.erasure_due' AS event, c.id AS case_id, c.attempt FROM closed c JOIN today t ON t.groups = c.groups
    WHERE c.closed_at + make_interval(secs => LEAST(c.seconds, t.seconds)) < statement_timestamp() - make_interval(secs => ${STALE_SECONDS})
    ORDER BY c.closed_at LIMIT ${BATCH_ROWS}`;
}
