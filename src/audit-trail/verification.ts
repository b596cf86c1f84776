import type { KeyRing } from '../platform/crypto/key-ring.js';
import type { Database } from '../platform/database/database.js';
import type { Transaction } from '../platform/database/transaction.js';
import { MacRule } from './mac-rule.js';
import { START, step, type ChainFault, type ChainPosition, type ChainRow } from './chain.js';
import { checkpointDigest, checkpointIsSigned, GENESIS, headsDigest, type Checkpoint } from './checkpoints.js';
import { findUnrecorded } from './unrecorded.js';
import { findUnsigned } from './unsigned.js';

const BATCH_ROWS = 5_000;

export interface AuditVerification {
  intact: boolean;
  rows: number;
  chains: number;
  checkpoints: number;
  /** Rows that this checkpoint and those before it have not sealed need a MAC; `null` while none needs one ({@link MacRule}). */
  macsAfterCheckpoint: number | null;
  /** Those that need none, and have none. */
  rowsWithoutMac: number;
  firstFault: ChainFault | null;
}

interface SealedHead {
  chainId: string;
  seq: string;
  hash: Buffer;
}

const isFault = (result: ChainPosition | ChainFault): result is ChainFault => 'kind' in result;

/**
 * Reads the whole audit trail and names the first fault that it finds, in this order:
 *
 * 1. A row that was changed, removed, reordered or inserted breaks its chain. A row that went through the chain's own trigger but
 *    did not come from the service lacks its MAC.
 * 2. A checkpoint that was changed fails its signature, or does not fit the one after it.
 * 3. A chain that is missing, or whose tail was cut, contradicts the last checkpoint that sealed it, or its head.
 * 4. What lets a person in is missing in the trail ({@link findUnrecorded}), or the service did not write it
 *    ({@link findUnsigned}).
 *
 * It changes nothing, and runs beside a service that goes on writing: rows that are written meanwhile are no fault. A fault is a
 * result and never thrown; the only errors are the database's.
 */
export class AuditVerifier {
  constructor(
    private readonly database: Database,
    private readonly ring: KeyRing,
  ) {}

  async verify(): Promise<AuditVerification> {
    const heads = new Map<string, ChainPosition>();
    const macs = await this.database.read((tx) => MacRule.read(tx, this.ring));
    const walked = await this.walkRows(heads, macs);
    const points = await this.database.read((tx) => this.verifyCheckpoints(tx));
    const fault =
      walked.fault ??
      points.fault ??
      (await this.database.read((tx) => this.compareHeads(tx, heads))) ??
      (await this.database.read(findUnrecorded)) ??
      (await findUnsigned(this.database, this.ring));
    return {
      intact: fault === undefined,
      rows: walked.rows,
      chains: heads.size,
      checkpoints: points.count,
      macsAfterCheckpoint: macs.afterCheckpoint,
      rowsWithoutMac: macs.rowsWithout,
      firstFault: fault ?? null,
    };
  }

  private async walkRows(
    heads: Map<string, ChainPosition>,
    macs: MacRule,
  ): Promise<{ rows: number; fault?: ChainFault }> {
    let rows = 0;
    let cursor = { chainId: '', seq: '0' };
    for (;;) {
      const batch = await this.database.read((tx) => readRows(tx, cursor));
      for (const row of batch) {
        const result = step(heads.get(row.chainId) ?? START, row);
        const fault = isFault(result) ? result : macs.check(row);
        if (fault || isFault(result)) return { rows, fault };
        heads.set(row.chainId, result);
        rows += 1;
      }
      const last = batch.at(-1);
      if (!last || batch.length < BATCH_ROWS) return { rows };
      cursor = { chainId: last.chainId, seq: last.seq };
    }
  }

  private async verifyCheckpoints(tx: Transaction): Promise<{ count: number; fault?: ChainFault }> {
    const points = await tx.many<Checkpoint>`
      SELECT id::text, to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS created_text, previous_sha256, heads_sha256, head_count, signature
      FROM audit_checkpoints ORDER BY audit_checkpoints.id`;
    let previous = GENESIS;
    for (const [index, point] of points.entries()) {
      const fault = (kind: ChainFault['kind']): ChainFault => ({ kind, chainId: 'checkpoints', seq: Number(point.id) });
      if (Number(point.id) !== index + 1 || point.previousSha256 !== previous)
        return { count: index, fault: fault('checkpoint_link') };
      const sealed =
        await tx.many<SealedHead>`SELECT chain_id, seq::text, hash FROM audit_checkpoint_heads WHERE checkpoint_id = ${point.id} ORDER BY chain_id COLLATE "C"`;
      if (
        !checkpointIsSigned(this.ring, point) ||
        headsDigest(sealed) !== point.headsSha256 ||
        sealed.length !== point.headCount
      ) {
        return { count: index, fault: fault('checkpoint_signature') };
      }
      previous = checkpointDigest(point);
    }
    return { count: points.length };
  }

  /** Every sealed head must still be in its chain, with the hash that was sealed. */
  private async compareHeads(tx: Transaction, heads: Map<string, ChainPosition>): Promise<ChainFault | undefined> {
    const sealed = await tx.many<SealedHead & { actual: Buffer | null }>`
      SELECT h.chain_id, h.seq::text, h.hash, e.hash AS actual FROM audit_checkpoint_heads h
      LEFT JOIN audit_events e ON e.chain_id = h.chain_id AND e.seq = h.seq
      WHERE e.hash IS DISTINCT FROM h.hash ORDER BY h.chain_id, h.seq LIMIT 1`;
    const [lost] = sealed;
    if (lost) {
      const known = heads.get(lost.chainId);
      if (!known) return { kind: 'chain_missing', chainId: lost.chainId, seq: 1 };
      return lost.actual
        ? { kind: 'row_changed', chainId: lost.chainId, seq: Number(lost.seq) }
        : { kind: 'tail_missing', chainId: lost.chainId, seq: known.seq + 1 };
    }
    return this.compareLiveHeads(tx, heads);
  }

  /** A head and its last row are written together, so one statement sees both or neither. */
  private async compareLiveHeads(tx: Transaction, heads: Map<string, ChainPosition>): Promise<ChainFault | undefined> {
    const live = await tx.many<SealedHead & { actual: Buffer | null }>`
      SELECT h.chain_id, h.seq::text, h.hash, e.hash AS actual FROM audit_heads h
      LEFT JOIN audit_events e ON e.chain_id = h.chain_id AND e.seq = h.seq ORDER BY h.chain_id`;
    const positions = new Map(live.map((head) => [head.chainId, Number(head.seq)]));
    // Rows written since we walked put a head ahead of what we saw; a head behind it, or gone, was changed.
    const behind = [...heads].find(([chainId, seen]) => (positions.get(chainId) ?? -1) < seen.seq);
    if (behind) return { kind: 'head_changed', chainId: behind[0], seq: behind[1].seq };
    const astray = live.find((head) => !head.actual?.equals(head.hash));
    if (!astray) return undefined;
    const { chainId } = astray;
    if (astray.actual) return { kind: 'head_changed', chainId, seq: Number(astray.seq) };
    const known = heads.get(chainId);
    return known ? { kind: 'tail_missing', chainId, seq: known.seq + 1 } : { kind: 'chain_missing', chainId, seq: 1 };
  }
}

async function readRows(tx: Transaction, after: { chainId: string; seq: string }): Promise<ChainRow[]> {
  return tx.many<ChainRow>`
    SELECT chain_id, seq::text, id, type, actor_kind, actor_id, to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS occurred_text,
      data::text AS data_text, prev_hash, hash, mac
    FROM audit_events WHERE (chain_id, audit_events.seq) > (${after.chainId}, ${after.seq}::bigint) ORDER BY chain_id, audit_events.seq LIMIT ${BATCH_ROWS}`;
}
