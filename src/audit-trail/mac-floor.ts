import type { KeyRing } from '../platform/crypto/key-ring.js';
import type { Transaction } from '../platform/database/transaction.js';
import { appendAudit } from './append.js';
import { SYSTEM } from './audit-event-types.js';
import { auditRowFault, type AuditRow } from './audit-row-mac.js';
import { checkpointDigest, checkpointOf, GENESIS, type Checkpoint } from './checkpoints.js';

const CHAIN = 'audit-trail';

/** Why rows up to a checkpoint need no MAC. */
export type FloorReason = 'first_seal' | 'upgrade' | 'key_forgotten';

interface FloorRow extends AuditRow {
  mac: Buffer | null;
  checkpointId: string | null;
  digest: string | null;
}

/**
 * The id of the checkpoint up to which rows stand by its signature and those before it, and need no MAC; 0 where every row
 * needs one, `undefined` where nobody has said yet. It counts what this ring has signed, and only of the checkpoint that it
 * speaks of: a record of a history that was lost with a restore says nothing of this one, whoever puts it back.
 */
export async function macFloor(tx: Transaction, ring: KeyRing): Promise<string | undefined> {
  const rows = await tx.many<FloorRow>`
    SELECT chain_id, id, type, actor_kind, actor_id, data::text AS data_text, mac, data->>'checkpointId' AS checkpoint_id, data->>'digest' AS digest
    FROM audit_events WHERE chain_id = ${CHAIN} AND type = 'audit.macs_required' ORDER BY audit_events.seq DESC`;
  for (const row of rows) {
    if (row.checkpointId === null || auditRowFault(ring, row)) continue;
    if (row.digest === (await digestOf(tx, row.checkpointId))) return row.checkpointId;
  }
  return undefined;
}

async function digestOf(tx: Transaction, checkpointId: string): Promise<string | undefined> {
  if (checkpointId === '0') return GENESIS;
  const point = await checkpointOf(tx, checkpointId);
  return point && checkpointDigest(point);
}

/** What a floor is set for, and how the trail was found before. */
export interface NewFloor {
  /** The last checkpoint whose rows need no MAC; without one, all need one. */
  after: Checkpoint | undefined;
  reason: FloorReason;
  also?: Readonly<Record<string, string | number | boolean>>;
}

export async function setMacFloor(tx: Transaction, { after, reason, also }: NewFloor): Promise<void> {
  const floor = { checkpointId: after?.id ?? '0', digest: after ? checkpointDigest(after) : GENESIS };
  const data = { ...floor, reason, ...also };
  await appendAudit(tx, { chainId: CHAIN, type: 'audit.macs_required', actor: SYSTEM, data });
}
