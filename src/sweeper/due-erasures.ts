import { COOL_OFF_DAYS } from '../directory/cool-off.js';
import type { Transaction } from '../platform/database/transaction.js';
import { BATCH_ROWS, STALE_SECONDS, type LostWork } from './lost-work.js';

/** A policy version written before retention had a place in it keeps evidence for the default of a week. */
const DEFAULT_RETENTION_SECONDS = 604_800;

/**
 * Closed cases whose data should be gone, those closed first before the others. A case is kept for the shortest of the times
 * that decide it (`Policies.strictest`): of the version it started under, of the profile that covers its account today, and
 * of those that covered it by the groups it left lately. So a time that is made shorter is kept for what was closed before
 * (rule 10), whatever its job was told then. The job itself asks again.
 */
export const dueErasures = (tx: Transaction): Promise<LostWork[]> => tx.many<LostWork>`
  WITH living AS MATERIALIZED (
    SELECT p.priority, p.id, COALESCE(v.document->'include', '[]') AS include, COALESCE(v.document->'exclude', '[]') AS exclude,
      COALESCE((v.document #>> '{retention,evidenceSeconds}')::int, ${DEFAULT_RETENTION_SECONDS}) AS seconds
    FROM policies p JOIN policy_versions v ON v.policy_id = p.id AND v.version = p.version WHERE p.deleted_at IS NULL)
  SELECT 'case.erasure_due' AS event, c.id AS case_id, c.attempt
  FROM case_keys k
    -- From the keys that are left, and not from what was ever closed.
    CROSS JOIN LATERAL (SELECT * FROM recovery_cases WHERE id = k.case_id OFFSET 0) AS c
    JOIN subjects s ON s.id = c.subject_id
    JOIN policy_versions started ON started.policy_id = c.policy_id AND started.version = c.policy_version
  CROSS JOIN LATERAL (
    SELECT min(covering.seconds) AS seconds
    FROM (SELECT s.groups UNION ALL SELECT t.groups FROM subject_standings t
      WHERE t.subject_id = s.id AND t.replaced_at > statement_timestamp() - make_interval(days => ${COOL_OFF_DAYS})) AS had
    CROSS JOIN LATERAL (SELECT l.seconds FROM living l
      WHERE (l.include = '[]' OR l.include ?| had.groups) AND NOT l.exclude ?| had.groups ORDER BY l.priority DESC, l.id LIMIT 1) AS covering) AS since
  WHERE c.closed_at IS NOT NULL AND k.shredded_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM legal_holds h WHERE h.case_id = c.id AND h.released_at IS NULL
      AND (h.confirmed_at IS NOT NULL OR h.lapses_at > statement_timestamp()))
    AND c.closed_at < statement_timestamp() - make_interval(secs => ${STALE_SECONDS}
      + LEAST(since.seconds, COALESCE((started.document #>> '{retention,evidenceSeconds}')::int, ${DEFAULT_RETENTION_SECONDS})))
  ORDER BY c.closed_at LIMIT ${BATCH_ROWS}`;
