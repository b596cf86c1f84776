import type { Transaction } from '../platform/database/transaction.js';
import type { ChainFault, ChainFaultKind } from './chain.js';

interface Unrecorded {
  kind: Extract<ChainFaultKind, 'passkey_unrecorded' | 'token_unrecorded' | 'vote_unrecorded'>;
  chainId: string;
  eventId: string | null;
}

/**
 * Something that lets a person in, or that an approval rests on, and of which the trail says nothing: a passkey, a spent token, a
 * reviewer's vote. The service writes each in the transaction of its event. Whoever writes to the database without the key ring
 * can add the row; an event that they add beside it has no MAC, and that is found first (T56). What is in a row stays as it was
 * written: the role may not change it (migration 0043). Passkeys first: they need nothing more to be used.
 */
export async function findUnrecorded(tx: Transaction): Promise<ChainFault | undefined> {
  const row = await tx.maybeOne<Unrecorded>`
    SELECT kind, chain_id, event_id FROM (
      SELECT 1 AS place, 'passkey_unrecorded' AS kind, COALESCE(p.case_id, 'subject:' || p.subject_id) AS chain_id, p.id AS event_id
      FROM credentials p WHERE NOT EXISTS (SELECT FROM audit_events e
        WHERE e.chain_id = p.case_id AND e.type = 'passkey.registered' AND e.data->>'credentialId' = p.id)
      UNION ALL
      SELECT 2, 'token_unrecorded', t.case_id, t.id
      FROM recovery_tokens t WHERE t.consumed_at IS NOT NULL AND NOT EXISTS (SELECT FROM audit_events e
        WHERE e.chain_id = t.case_id AND e.type = 'token.issued' AND e.data->>'tokenId' = t.id)
      UNION ALL
      SELECT 3, 'vote_unrecorded', v.case_id, NULL
      FROM review_votes v WHERE NOT EXISTS (SELECT FROM audit_events e
        WHERE e.chain_id = v.case_id AND e.type = 'review.voted' AND e.actor_kind = 'person' AND e.actor_id = v.reviewer
          AND e.data->>'attempt' = v.attempt::text AND e.data->>'outcome' = v.outcome)) AS found
    ORDER BY place, chain_id, event_id LIMIT 1`;
  if (!row) return undefined;
  const { kind, chainId, eventId } = row;
  return { kind, chainId, seq: 0, ...(eventId !== null && { eventId }) };
}
