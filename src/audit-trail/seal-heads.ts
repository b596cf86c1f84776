import { sign } from 'node:crypto';
import type { KeyRing } from '../platform/crypto/key-ring.js';
import { ADVISORY_LOCKS } from '../platform/database/advisory-locks.js';
import type { Transaction } from '../platform/database/transaction.js';
import { checkpointDigest, GENESIS, headsDigest, lastCheckpoint, signedText, type HeadRow } from './checkpoints.js';
import { setMacFloor } from './mac-floor.js';

/** Heads that no checkpoint holds as they are now, of all chains there ever were. */
async function unsealedHeads(tx: Transaction): Promise<HeadRow[]> {
  return tx.many<HeadRow>`
    SELECT h.chain_id, h.seq::text, h.hash FROM audit_heads h
    WHERE NOT EXISTS (SELECT FROM audit_checkpoint_heads s WHERE s.chain_id = h.chain_id AND s.seq >= h.seq)
    ORDER BY h.chain_id COLLATE "C"`;
}

/**
 * The same, of chains that moved lately: what it costs does not grow with the years. An event of a transaction that ended
 * after the last checkpoint is older than it, but not by ten minutes: a statement may take 15 seconds and a pause between
 * two of them 30 (src/platform/database). Where the clock stands before the last checkpoint, it looks back from the clock.
 * What was written while the clock went wrong and was put right again is left to a look at all. One bound that is not known
 * beforehand is taken for a third of all rows, two for a few: that is why there is an upper one.
 */
async function movedHeads(tx: Transaction): Promise<HeadRow[]> {
  return tx.many<HeadRow>`
    SELECT h.chain_id, h.seq::text, h.hash FROM (
      SELECT DISTINCT chain_id FROM audit_events
      WHERE occurred_at BETWEEN COALESCE((SELECT LEAST(created_at, clock_timestamp()) - interval '10 minutes'
          FROM audit_checkpoints ORDER BY id DESC LIMIT 1), '-infinity') AND 'infinity') AS moved
    CROSS JOIN LATERAL (SELECT * FROM audit_heads WHERE chain_id = moved.chain_id OFFSET 0) AS h
    CROSS JOIN LATERAL (SELECT max(seq) AS seq FROM audit_checkpoint_heads WHERE chain_id = moved.chain_id) AS sealed
    WHERE h.seq > COALESCE(sealed.seq, 0)
    ORDER BY h.chain_id COLLATE "C"`;
}

/**
 * Seals every head that moved since the last checkpoint under one signature. What happened since is the unsealed window;
 * a cut inside it is not found by the checkpoint. The first one of a database also says, as one of the rows it seals, that
 * every row needs a MAC. Returns how many heads were sealed; none means no checkpoint was needed.
 */
export async function sealHeads(tx: Transaction, ring: KeyRing, of: 'moved' | 'all' = 'moved'): Promise<number> {
  const { locked } = await tx.one<{
    locked: boolean;
  }>`SELECT pg_try_advisory_xact_lock(${ADVISORY_LOCKS.checkpoint}) AS locked`;
  if (!locked) return 0;
  const looked = of === 'all' ? unsealedHeads : movedHeads;
  const [previous, moved] = await Promise.all([lastCheckpoint(tx), looked(tx)]);
  if (moved.length === 0) return 0;
  if (!previous) await setMacFloor(tx, { after: undefined, reason: 'first_seal' });
  const heads = previous ? moved : await looked(tx);
  const { createdText } = await tx.one<{
    createdText: string;
  }>`SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS created_text`;
  const point = {
    id: String(Number(previous?.id ?? 0) + 1),
    createdText,
    previousSha256: previous ? checkpointDigest(previous) : GENESIS,
    headsSha256: headsDigest(heads),
    headCount: heads.length,
  };
  const key = ring.signingKey('audit-signature');
  const signature = `${key.id}.${sign(null, signedText(point), key.privateKey).toString('base64url')}`;
  await tx.run`INSERT INTO audit_checkpoints (id, created_at, previous_sha256, heads_sha256, head_count, signature)
    VALUES (${point.id}, ${createdText}::timestamptz, ${point.previousSha256}, ${point.headsSha256}, ${point.headCount}, ${signature})`;
  await tx.run`INSERT INTO audit_checkpoint_heads (checkpoint_id, chain_id, seq, hash)
    SELECT ${point.id}, * FROM unnest(${heads.map((head) => head.chainId)}::text[],
      ${heads.map((head) => head.seq)}::bigint[], ${heads.map((head) => head.hash)}::bytea[])`;
  return heads.length;
}
