import { COOL_OFF_DAYS } from '../directory/cool-off.js';
import type { Transaction } from '../platform/database/transaction.js';
import { SAYS_NOTHING, SPEAKS_AGAINST } from '../recovery-codes/codes-doubts.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';
import { ATTACKS } from './settled-check.js';

/**
 * Whether another provider than this one saw, in another case of the account within the last {@link COOL_OFF_DAYS} days, what
 * speaks against who was in it, or was left before it could say what it saw: pictures had gone there, or the browser had come
 * back, and nothing was decided on it. A new case with another provider would otherwise be the way around it (T75); the same
 * provider may change its mind, as it may within a case. What a check left open counts only where an attack was suspected, and
 * what a decision held against another provider's evidence counts where that provider's own was decided on. Reads only.
 */
export async function wasRefusedElsewhere(
  tx: Transaction,
  { id, subjectId, mode }: RecoveryCase,
  provider: string,
): Promise<boolean> {
  const row = await tx.maybeOne`SELECT 1 FROM recovery_cases c
    WHERE c.subject_id = ${subjectId} AND c.id <> ${id} AND c.mode = ${mode} AND (
      EXISTS (SELECT 1 FROM decisions d JOIN verification_reports r ON r.id = d.report_id, jsonb_array_elements(d.findings) AS found
        WHERE d.case_id = c.id AND r.provider <> ${provider}
          AND d.decided_at > statement_timestamp() - make_interval(days => ${COOL_OFF_DAYS})
          AND NOT found->'reasonCodes' ? 'shown_evidence_contradicts'
          AND CASE found->>'result'
            WHEN 'fail' THEN NOT (found->'reasonCodes' <@ to_jsonb(${SAYS_NOTHING}::text[]) AND found->'reasonCodes' <> '[]')
            WHEN 'indeterminate' THEN found->'reasonCodes' ?| ${ATTACKS}::text[]
            WHEN 'not_run' THEN found->'reasonCodes' ?| ${ATTACKS}::text[]
            ELSE found->'reasonCodes' ?| ${SPEAKS_AGAINST}::text[] END)
      OR EXISTS (SELECT 1 FROM verification_sessions s WHERE s.case_id = c.id AND s.provider <> ${provider} AND s.state <> 'failed'
          AND (s.returned_at IS NOT NULL OR s.evidence_handed_at IS NOT NULL)
          AND s.updated_at > statement_timestamp() - make_interval(days => ${COOL_OFF_DAYS})
          AND NOT EXISTS (SELECT 1 FROM decisions d WHERE d.case_id = s.case_id AND d.attempt = s.attempt))
      OR EXISTS (SELECT 1 FROM verification_sessions s JOIN withdrawn_results w ON w.session_id = s.id
        WHERE s.case_id = c.id AND s.provider <> ${provider} AND w.withdrawn_at > statement_timestamp() - make_interval(days => ${COOL_OFF_DAYS}))
      OR EXISTS (SELECT 1 FROM verification_sessions s CROSS JOIN LATERAL (SELECT * FROM late_results r WHERE r.session_id = s.id OFFSET 0) AS l
        WHERE s.case_id = c.id AND s.provider <> ${provider} AND l.contradicts IS NOT FALSE
          AND l.received_at > statement_timestamp() - make_interval(days => ${COOL_OFF_DAYS})))
    LIMIT 1`;
  return row !== undefined;
}
