import { appendAudit } from '../../audit-trail/append.js';
import { SYSTEM } from '../../audit-trail/audit-event-types.js';
import { COOL_OFF_DAYS } from '../../directory/cool-off.js';
import type { Transaction } from '../../platform/database/transaction.js';

/** Accounts that are indexed, and the digests of what their records name now, beside their accounts. */
interface NamedNow {
  accounts: readonly string[];
  /** Keys under which the digests are: whether a record names what another process wrote under its own key, nobody knows. */
  keyIds: readonly string[];
  current: { subjectIds: readonly string[]; digests: readonly Buffer[] };
}

/**
 * Forgets documents that a record named for less than a week and names no more: a typing error that was mended, or somebody's
 * document that was put on a wrong account, bars nobody any longer. Not where a recovery rests on it – one that is open and was
 * shown evidence, or was completed since: an edit of a record takes nothing from that. Accounts that named the same document
 * meanwhile, and did not get it, are indexed again. (T64)
 */
export async function forgetMistaken(tx: Transaction, { accounts, keyIds, current }: NamedNow): Promise<void> {
  const madeBy = keyIds.map((id) => Buffer.from(`${id}.`, 'ascii'));
  const forgotten = await tx.many<{ subjectId: string }>`
    DELETE FROM known_documents d WHERE d.subject_id = ANY(${accounts}::text[]) AND d.kept_until IS NULL
      AND (d.subject_id, d.document_digest) NOT IN (SELECT * FROM unnest(${current.subjectIds}::text[], ${current.digests}::bytea[]))
      AND EXISTS (SELECT FROM unnest(${madeBy}::bytea[]) AS k (made_by) WHERE substr(d.document_digest, 1, octet_length(k.made_by)) = k.made_by)
      AND d.first_seen_at > clock_timestamp() - make_interval(days => ${COOL_OFF_DAYS})
      AND NOT EXISTS (SELECT FROM recovery_cases c WHERE c.subject_id = d.subject_id AND c.mode = 'production' AND (
        (c.closed_at IS NULL AND EXISTS (SELECT FROM verification_sessions s WHERE s.case_id = c.id))
        OR (c.state = 'completed' AND c.closed_at > d.first_seen_at)))
    RETURNING d.subject_id`;
  const ids = [...new Set(forgotten.map(({ subjectId }) => subjectId))];
  if (ids.length === 0) return;
  const events = ids.map((id) => ({ chainId: `subject:${id}`, type: 'document.forgotten' as const, actor: SYSTEM }));
  await appendAudit(tx, ...events);
  await indexRivals(tx, ids);
}

/**
 * Whose record named a document while it was one of these accounts' has it from now on, if it still does. Locked in the order
 * of their ids: of two rounds that have some of them in common the second waits, and neither has what the other wants.
 */
async function indexRivals(tx: Transaction, owners: readonly string[]): Promise<void> {
  await tx.run`WITH rivals AS (
      SELECT id FROM subjects WHERE id IN (
        SELECT substr(chain_id, length('subject:') + 1) FROM audit_events
        WHERE occurred_at > statement_timestamp() - make_interval(days => ${COOL_OFF_DAYS})
          AND type = 'document.on_other_account' AND data->'belongsTo' ?| ${owners}::text[])
      ORDER BY id FOR NO KEY UPDATE)
    UPDATE subjects SET account_index = '' FROM rivals WHERE subjects.id = rivals.id`;
}
