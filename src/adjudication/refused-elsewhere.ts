import { COOL_OFF_DAYS } from '../directory/cool-off.js';
import type { Transaction } from '../platform/database/transaction.js';
import { SPEAKS_AGAINST } from '../recovery-codes/codes-doubts.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';

/**
 * Whether another provider than this one saw, in another case of the account within the last {@link COOL_OFF_DAYS} days, what
 * speaks against who was in it. A new case with another provider would otherwise be the way around it (T75); the same
 * provider may change its mind, as it may within a case. Reads only.
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
          AND found->'reasonCodes' ?| ${SPEAKS_AGAINST}::text[])
      OR EXISTS (SELECT 1 FROM verification_sessions s JOIN withdrawn_results w ON w.session_id = s.id
        WHERE s.case_id = c.id AND s.provider <> ${provider} AND w.withdrawn_at > statement_timestamp() - make_interval(days => ${COOL_OFF_DAYS}))
      OR EXISTS (SELECT 1 FROM verification_sessions s CROSS JOIN LATERAL (SELECT * FROM late_results r WHERE r.session_id = s.id OFFSET 0) AS l
        WHERE s.case_id = c.id AND s.provider <> ${provider} AND l.contradicts IS NOT FALSE
          AND l.received_at > statement_timestamp() - make_interval(days => ${COOL_OFF_DAYS})))
    LIMIT 1`;
  return row !== undefined;
}
