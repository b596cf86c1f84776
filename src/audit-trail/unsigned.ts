import type { KeyRing } from '../platform/crypto/key-ring.js';
import { rowFault, type ReadRow } from '../platform/crypto/row-macs.js';
import type { Database } from '../platform/database/database.js';
import type { Transaction } from '../platform/database/transaction.js';
import type { ChainFault } from './chain.js';
import { findUnsignedPolicy } from './unsigned-policies.js';

const BATCH_ROWS = 5_000;

interface FoundRow extends ReadRow {
  values: readonly string[];
  chainId: string;
  eventId: string | null;
}

/**
 * A passkey, or a living API key, link, page session, browser, token or sign-in, or a policy, that the service has not written:
 * somebody without its key ring has (docs/adr/0023, 0024). Rows without a MAC count as those of an earlier build until an
 * operator has said that there are none.
 */
export async function findUnsigned(database: Database, ring: KeyRing): Promise<ChainFault | undefined> {
  const { required } = await database.read(
    (tx) => tx.one<{ required: boolean }>`SELECT EXISTS (SELECT FROM rows_signed) AS required`,
  );
  for (let after = ''; ;) {
    const batch = await database.read((tx) => passkeysAfter(tx, after));
    const bad = batch.find((row) => isBad(rowFault(ring, row), required));
    if (bad) return faultOf('passkey_unsigned', bad);
    const last = batch.at(-1);
    if (!last || batch.length < BATCH_ROWS) break;
    after = last.eventId ?? '';
  }
  const living = await database.read(livingRows);
  // What is opened by a secret under a key that the ring does not have, nobody opens.
  const bad = living.find((row) => {
    const fault = rowFault(ring, row);
    return fault !== 'key' && isBad(fault, required);
  });
  if (bad) return faultOf('access_unsigned', bad);
  const policy = await database.read((tx) => findUnsignedPolicy(tx, ring));
  return policy && { kind: 'policy_unsigned', chainId: `policy:${policy.policyId}`, seq: 0, eventId: policy.name };
}

const isBad = (fault: ReturnType<typeof rowFault>, required: boolean): boolean =>
  fault !== undefined && (fault !== 'missing' || required);

const faultOf = (kind: ChainFault['kind'], { chainId, eventId }: FoundRow): ChainFault => ({
  kind,
  chainId,
  seq: 0,
  ...(eventId !== null && { eventId }),
});

const passkeysAfter = (tx: Transaction, after: string): Promise<FoundRow[]> => tx.many<FoundRow>`
  SELECT 'credentials' AS table, COALESCE(t.case_id, 'subject:' || t.subject_id) AS chain_id, t.id AS event_id, t.mac,
    ARRAY[t.id, t.subject_id, encode(t.credential_id, 'hex'), encode(t.public_key, 'hex')] AS values
  FROM credentials t WHERE t.id > ${after} ORDER BY t.id LIMIT ${BATCH_ROWS}`;

const livingRows = (tx: Transaction): Promise<FoundRow[]> => tx.many<FoundRow>`
  SELECT 'recovery_tokens' AS table, t.case_id AS chain_id, t.id AS event_id, t.mac,
    ARRAY[t.id, t.case_id, t.subject_id, encode(t.token_digest, 'hex'), encode(t.capture_digest, 'hex')] AS values
  FROM recovery_tokens t WHERE t.consumed_at IS NULL AND t.superseded_at IS NULL AND t.expires_at > clock_timestamp()
  UNION ALL
  SELECT 'relying_party_sessions', 'subject:' || t.subject_id, t.id, t.mac,
    ARRAY[t.id, t.subject_id, t.credential_id, encode(t.cookie_digest, 'hex')]
  FROM relying_party_sessions t WHERE t.ended_at IS NULL AND t.expires_at > clock_timestamp()
  UNION ALL
  SELECT 'staff_sessions', 'staff', t.id, t.mac, ARRAY[t.id, encode(t.cookie_digest, 'hex')]
  FROM staff_sessions t WHERE t.ended_at IS NULL AND t.expires_at > clock_timestamp()
  UNION ALL
  SELECT 'api_keys', 'api-keys', t.id, t.mac, ARRAY[t.id, encode(t.key_digest, 'hex'), array_to_string(t.scopes, ',')]
  FROM api_keys t WHERE t.revoked_at IS NULL
  UNION ALL
  SELECT 'recovery_links', t.case_id, t.id, t.mac, ARRAY[t.id, t.case_id, encode(t.token_digest, 'hex')]
  FROM recovery_links t WHERE t.used_at IS NULL AND t.dead_at IS NULL AND t.expires_at > clock_timestamp()
  UNION ALL
  SELECT 'flow_sessions', t.case_id, t.id, t.mac, ARRAY[t.id, t.case_id, encode(t.cookie_digest, 'hex')]
  FROM flow_sessions t JOIN recovery_cases c ON c.id = t.case_id AND c.closed_at IS NULL WHERE t.ended_at IS NULL
  UNION ALL
  SELECT 'capture_bindings', t.case_id, NULL, t.mac, ARRAY[t.case_id, t.attempt::text, encode(t.cookie_digest, 'hex')]
  FROM capture_bindings t JOIN recovery_cases c ON c.id = t.case_id AND c.closed_at IS NULL`;
