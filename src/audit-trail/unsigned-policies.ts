import type { KeyRing } from '../platform/crypto/key-ring.js';
import { rowFault, type SignedTable } from '../platform/crypto/row-macs.js';
import type { Transaction } from '../platform/database/transaction.js';

/** A version of a policy, its removal, or a change of it that waits, which the service has not written. */
export interface UnsignedPolicy {
  policyId: string;
  /** `pol_…@3` for a version, `pol_…` for the removal, `pch_…` for a change. */
  name: string;
}

interface Row extends UnsignedPolicy {
  table: SignedTable;
  values: string[];
  macs: Buffer[];
}

/**
 * The first policy that somebody without the key ring has written (docs/adr/0024). Nothing without a MAC is named until an
 * operator has said that earlier builds have ended.
 */
export async function findUnsignedPolicy(tx: Transaction, ring: KeyRing): Promise<UnsignedPolicy | undefined> {
  const { required } = await tx.one<{ required: boolean }>`
    SELECT EXISTS (SELECT FROM rows_signed WHERE policies_since IS NOT NULL) AS required`;
  if (!required) return undefined;
  const rows = await tx.many<Row>`
    SELECT 'policy_versions' AS table, v.policy_id, v.policy_id || '@' || v.version AS name,
      ARRAY[v.policy_id, v.version::text, v.created_by, v.document::text] AS values,
      ARRAY(SELECT m.mac FROM policy_macs m
        WHERE m.policy_id = v.policy_id AND m.version = v.version AND NOT m.removal AND m.mac IS NOT NULL) AS macs
    FROM policy_versions v
    UNION ALL
    SELECT 'policies', p.id, p.id, ARRAY[p.id],
      ARRAY(SELECT m.mac FROM policy_macs m WHERE m.policy_id = p.id AND m.removal AND m.mac IS NOT NULL)
    FROM policies p
    WHERE p.deleted_at IS NOT NULL OR EXISTS (SELECT FROM policy_macs m WHERE m.policy_id = p.id AND m.removal AND m.mac IS NOT NULL)
    UNION ALL
    SELECT 'policy_changes', c.policy_id, c.id,
      ARRAY[c.id, c.policy_id, c.kind, c.base_version::text, COALESCE(c.document::text, ''), array_to_string(c.weakened, ','), c.proposed_by],
      array_remove(ARRAY[c.mac], NULL)
    FROM policy_changes c WHERE c.state = 'pending' AND c.expires_at > clock_timestamp()
    ORDER BY policy_id, name`;
  return rows.find((row) => row.macs.every((mac) => rowFault(ring, { ...row, mac }) !== undefined));
}
