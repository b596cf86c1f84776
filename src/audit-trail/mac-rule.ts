import type { KeyRing } from '../platform/crypto/key-ring.js';
import type { MacFault } from '../platform/crypto/mac-fault.js';
import type { Transaction } from '../platform/database/transaction.js';
import { auditRowFault } from './audit-row-mac.js';
import type { ChainFault, ChainFaultKind, ChainRow } from './chain.js';
import { lastCheckpoint } from './checkpoints.js';
import { macFloor } from './mac-floor.js';

const KINDS: Readonly<Record<MacFault, ChainFaultKind>> = {
  missing: 'mac_missing',
  wrong: 'mac_wrong',
  key: 'mac_key_missing',
};

/**
 * Which rows have to carry a MAC that this ring knows: all that no checkpoint up to the floor has sealed. One that is there,
 * and whose key is, has to be right wherever it stands.
 */
export class MacRule {
  /** Rows that have none, and need none. */
  rowsWithout = 0;

  private constructor(
    private readonly ring: KeyRing,
    /** `null` where nobody has said yet from where on rows need one: an upgrade whose last step is still to come. */
    readonly afterCheckpoint: number | null,
    private readonly sealed: ReadonlyMap<string, number>,
  ) {}

  static async read(tx: Transaction, ring: KeyRing): Promise<MacRule> {
    // In this order: the first seal of a database comes with its floor.
    const last = await lastCheckpoint(tx);
    const floor = await macFloor(tx, ring);
    if (floor) return new MacRule(ring, Number(floor), await sealedUpTo(tx, floor));
    // Before its first checkpoint a database is new, and earlier builds have written nothing there.
    return new MacRule(ring, last ? null : 0, new Map());
  }

  check(row: ChainRow): ChainFault | undefined {
    const fault = auditRowFault(this.ring, row);
    if (fault === undefined) return undefined;
    const seq = Number(row.seq);
    if (this.excuses(fault, { chainId: row.chainId, seq })) {
      this.rowsWithout += fault === 'missing' ? 1 : 0;
      return undefined;
    }
    return { kind: KINDS[fault], chainId: row.chainId, seq, eventId: row.id };
  }

  private excuses(fault: MacFault, { chainId, seq }: { chainId: string; seq: number }): boolean {
    if (fault === 'wrong') return false;
    if (this.afterCheckpoint === null) return fault === 'missing';
    return seq <= (this.sealed.get(chainId) ?? 0);
  }
}

/** How far each chain was sealed by that checkpoint and those before it. */
async function sealedUpTo(tx: Transaction, checkpointId: string): Promise<Map<string, number>> {
  const heads = await tx.many<{ chainId: string; seq: string }>`
    SELECT chain_id, max(seq)::text AS seq FROM audit_checkpoint_heads WHERE checkpoint_id <= ${checkpointId} GROUP BY chain_id`;
  return new Map(heads.map(({ chainId, seq }) => [chainId, Number(seq)]));
}
