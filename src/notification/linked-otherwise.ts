import type { Transaction } from '../platform/database/transaction.js';
import { MAX_NOTICE_TRIES } from './notice-delivery.js';

/**
 * True if an automatic link (the first one, or a way back) is no longer needed: a requested link is pending, or a
 * living link was sent. For a way back only links count that were sent since the case reached its state. The caller
 * holds the case's row.
 */
export async function isLinkedOtherwise(
  tx: Transaction,
  { caseId, onlyWhen }: { caseId: string; onlyWhen?: 'away' | undefined },
): Promise<boolean> {
  const { linked } = await tx.one<{ linked: boolean }>`
    SELECT EXISTS (SELECT 1 FROM owed_mails WHERE case_id = ${caseId} AND event = 'link.requested' AND tries < ${MAX_NOTICE_TRIES})
      OR EXISTS (SELECT 1 FROM recovery_links l JOIN recovery_cases c ON c.id = l.case_id
        WHERE l.case_id = ${caseId} AND l.used_at IS NULL AND l.dead_at IS NULL AND l.expires_at > clock_timestamp()
          AND (${onlyWhen !== 'away'} OR l.created_at >= c.updated_at)
          AND EXISTS (SELECT 1 FROM audit_events a WHERE a.chain_id = l.case_id AND a.type = 'link.sent' AND a.occurred_at >= l.created_at)) AS linked`;
  return linked;
}
