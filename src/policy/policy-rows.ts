import { rowMac } from '../platform/crypto/row-macs.js';
import type { Transaction } from '../platform/database/transaction.js';
import type { PolicyDocument } from './policy.js';

interface NewVersion {
  id: string;
  document: PolicyDocument;
  createdBy: string;
}

/** A new policy with its first version. False: there is one of that id. */
export async function addPolicy(tx: Transaction, policy: NewVersion): Promise<boolean> {
  const { id, document } = policy;
  const added = await tx.run`INSERT INTO policies (id, version, priority) VALUES (${id}, 1, ${document.priority})
    ON CONFLICT (id) DO NOTHING`;
  if (added === 0) return false;
  await addVersion(tx, policy);
  return true;
}

/**
 * The version that counts from now on, and its number. What `policies` says of it is for earlier builds, and for reports that
 * decide nothing: here the newest version counts that the service has signed (docs/adr/0024).
 */
export async function putVersion(tx: Transaction, policy: NewVersion): Promise<number> {
  const { id, document } = policy;
  const version = await addVersion(tx, policy);
  await tx.run`UPDATE policies SET version = ${version}, priority = ${document.priority}, deleted_at = NULL, updated_at = clock_timestamp()
    WHERE id = ${id}`;
  return version;
}

/** It counts no more, for ever. Its versions stay, for the cases that started under them. */
export async function removePolicy(tx: Transaction, id: string): Promise<void> {
  await tx.run`INSERT INTO policy_macs (policy_id, version, removal, mac)
    SELECT policy_id, max(version), true, ${rowMac(tx.ring, 'policies', [id])} FROM policy_versions WHERE policy_id = ${id} GROUP BY 1`;
  await tx.run`UPDATE policies SET deleted_at = clock_timestamp(), updated_at = clock_timestamp() WHERE id = ${id}`;
}

/** After the newest there is, whoever wrote that. */
async function addVersion(tx: Transaction, { id, document, createdBy }: NewVersion): Promise<number> {
  const { version, text } = await tx.one<{ version: number; text: string }>`
    INSERT INTO policy_versions (policy_id, version, document, created_by)
    SELECT ${id}, COALESCE(max(version), 0) + 1, ${JSON.stringify(document)}::jsonb, ${createdBy} FROM policy_versions WHERE policy_id = ${id}
    RETURNING version, document::text AS text`;
  const mac = rowMac(tx.ring, 'policy_versions', [id, version, createdBy, text]);
  await tx.run`INSERT INTO policy_macs (policy_id, version, removal, mac) VALUES (${id}, ${version}, false, ${mac})`;
  return version;
}
