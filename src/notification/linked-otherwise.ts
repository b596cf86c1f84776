import type { Transaction } from '../platform/database/transaction.js';
import { MAX_NOTICE_TRIES } from './notice-delivery.js';

/**
 * Whether a link that nobody asked for – the first one, a way back – has become needless while its job waited: one that
 * somebody asked for is still to go, or a living one went. For a way back it went since the case came to where it is: an
 * earlier one may be long forgotten. The caller holds the case's row.
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
