import { COOL_OFF_DAYS } from '../directory/cool-off.js';
import { FAULT_OF } from '../identity-evidence/capture-reasons.js';
import type { Transaction } from '../platform/database/transaction.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';

/** What is known against two codes besides the reports of their case. Nobody settles it. */
export type CodesDoubt = 'shown_evidence_unanswered' | 'account_refused_lately';

/** What a decision says of evidence, or of who shows it, that is somebody else's, forged or taken back. */
export const SPEAKS_AGAINST = [
  'faces_differ',
  'selfie_copies_portrait',
  'presentation_attack_suspected',
  'injection_suspected',
  'document_not_genuine',
  'document_inconsistent',
  'document_copy_suspected',
  'document_specimen',
  'specimen_not_allowed',
  'document_on_other_account',
  'name_differs',
  'birth_date_differs',
  'result_withdrawn',
  'shown_evidence_contradicts',
] as const;

/** Why a check may fail without a word of who it was: a poor picture, a document that cannot do, somebody who turned back. */
export const SAYS_NOTHING = [
  ...Object.keys(FAULT_OF),
  'document_side_repeated',
  'document_not_accepted',
  'document_not_chosen',
  'date_passed',
  'applicant_cancelled',
  'session_not_finished',
  'ok',
];

/** What stands against two codes that no report of this case says: asked before they are taken, and decided on. Reads only. */
export async function codesDoubts(tx: Transaction, recoveryCase: RecoveryCase): Promise<CodesDoubt[]> {
  return [
    ...((await isUnanswered(tx, recoveryCase)) ? ['shown_evidence_unanswered' as const] : []),
    ...((await wasRefusedLately(tx, recoveryCase)) ? ['account_refused_lately' as const] : []),
  ];
}

/**
 * Evidence left in some attempt and nobody has said what it is: what they say is worth the same whether it comes in time
 * or not. A result is waited for (`expires_at`) from the moment the person is sent out, or has sent their pictures; ones
 * that were begun and never sent went nowhere.
 */
async function isUnanswered(tx: Transaction, { id }: RecoveryCase): Promise<boolean> {
  const row = await tx.maybeOne`SELECT 1 FROM verification_sessions
    WHERE case_id = ${id} AND external_id IS NOT NULL AND expires_at IS NOT NULL AND state <> 'reported' LIMIT 1`;
  return row !== undefined;
}

/**
 * Another case of the account ended against whoever was in it, or was decided on evidence that speaks against them, as
 * lately as a changed record is not believed. A new case does not wipe that out. One that was disowned before any browser
 * came in by its link had nobody in it: a stranger who knows a login could close this way for its owner else (T9).
 */
async function wasRefusedLately(tx: Transaction, { id, subjectId, mode }: RecoveryCase): Promise<boolean> {
  const row = await tx.maybeOne`SELECT 1 FROM recovery_cases c
    WHERE c.subject_id = ${subjectId} AND c.id <> ${id} AND c.mode = ${mode} AND (
      ((c.state = 'denied' OR (c.state_reason = 'repudiated'
          AND EXISTS (SELECT 1 FROM recovery_links l WHERE l.case_id = c.id AND l.used_at IS NOT NULL)))
        AND c.closed_at > statement_timestamp() - make_interval(days => ${COOL_OFF_DAYS}))
      OR EXISTS (SELECT 1 FROM decisions d, jsonb_array_elements(d.findings) AS found
        WHERE d.case_id = c.id AND d.decided_at > statement_timestamp() - make_interval(days => ${COOL_OFF_DAYS})
          AND found->'reasonCodes' ?| ${SPEAKS_AGAINST}::text[])
      OR EXISTS (SELECT 1 FROM verification_sessions s JOIN withdrawn_results w ON w.session_id = s.id
        WHERE s.case_id = c.id AND w.withdrawn_at > statement_timestamp() - make_interval(days => ${COOL_OFF_DAYS}))
      OR EXISTS (SELECT 1 FROM verification_sessions s CROSS JOIN LATERAL (SELECT * FROM late_results r WHERE r.session_id = s.id OFFSET 0) AS l
        WHERE s.case_id = c.id AND l.contradicts IS NOT FALSE AND l.received_at > statement_timestamp() - make_interval(days => ${COOL_OFF_DAYS})))
    LIMIT 1`;
  return row !== undefined;
}

/**
 * What was shown in this very case, in any attempt, was found to be somebody else's, forged or taken back, or nobody has
 * judged it yet. The decision reads the reports themselves; this is what is written down of them.
 */
export async function speaksAgainst(tx: Transaction, { id }: Pick<RecoveryCase, 'id'>): Promise<boolean> {
  const row = await tx.maybeOne`SELECT 1 FROM recovery_cases c WHERE c.id = ${id} AND (
      EXISTS (SELECT 1 FROM decisions d, jsonb_array_elements(d.findings) AS found WHERE d.case_id = c.id AND (
        found->'reasonCodes' ?| ${SPEAKS_AGAINST}::text[]
        OR (found->>'result' = 'fail' AND NOT (found->'reasonCodes' <@ to_jsonb(${SAYS_NOTHING}::text[]) AND found->'reasonCodes' <> '[]'))))
      OR EXISTS (SELECT 1 FROM verification_sessions s JOIN withdrawn_results w ON w.session_id = s.id WHERE s.case_id = c.id)
      OR EXISTS (SELECT 1 FROM verification_sessions s CROSS JOIN LATERAL (SELECT * FROM late_results r WHERE r.session_id = s.id OFFSET 0) AS l
        WHERE s.case_id = c.id AND l.contradicts IS NOT FALSE))`;
  return row !== undefined;
}
