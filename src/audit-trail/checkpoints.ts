import { createHash, verify } from 'node:crypto';
import type { KeyRing } from '../platform/crypto/key-ring.js';
import type { Transaction } from '../platform/database/transaction.js';

export const GENESIS = '0'.repeat(64);

export interface HeadRow {
  chainId: string;
  seq: string;
  hash: Buffer;
}

export interface Checkpoint {
  id: string;
  createdText: string;
  previousSha256: string;
  headsSha256: string;
  headCount: number;
  /** `keyId.signature`, Ed25519, base64url. */
  signature: string;
}

/** One line per head, ordered by chain id. */
export function headsDigest(heads: readonly HeadRow[]): string {
  const hash = createHash('sha256');
  for (const head of heads) hash.update(`${head.chainId}\n${head.seq}\n${head.hash.toString('hex')}\n`);
  return hash.digest('hex');
}

/** What the signature of a checkpoint is over. */
export const signedText = (point: Omit<Checkpoint, 'signature'>): Buffer =>
  Buffer.from(
    [
      'regain-audit-checkpoint-1',
      point.id,
      point.createdText,
      point.previousSha256,
      point.headsSha256,
      point.headCount,
    ].join('\n'),
  );

/** The digest the next checkpoint carries: it covers the signature too, so checkpoints form a chain of their own. */
export const checkpointDigest = (point: Checkpoint): string =>
  createHash('sha256').update(signedText(point)).update(point.signature).digest('hex');

export function checkpointIsSigned(ring: KeyRing, point: Checkpoint): boolean {
  const [keyId = '', signature = ''] = point.signature.split('.');
  try {
    return verify(
      null,
      signedText(point),
      ring.verificationKey('audit-signature', keyId),
      Buffer.from(signature, 'base64url'),
    );
  } catch {
    return false;
  }
}

export const lastCheckpoint = (tx: Transaction): Promise<Checkpoint | undefined> => checkpointOf(tx, null);

/** The last one, for null. */
export async function checkpointOf(tx: Transaction, id: string | null): Promise<Checkpoint | undefined> {
  return tx.maybeOne<Checkpoint>`
    SELECT id::text, to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS created_text, previous_sha256,
      heads_sha256, head_count, signature
    FROM audit_checkpoints WHERE id = COALESCE(${id}::bigint, (SELECT max(audit_checkpoints.id) FROM audit_checkpoints))`;
}

/** The signature of the checkpoint with that id, if there is one. */
export async function checkpointSignature(tx: Transaction, checkpointId: string): Promise<string | undefined> {
  const point = await tx.maybeOne<{
    signature: string;
  }>`SELECT signature FROM audit_checkpoints WHERE id = ${checkpointId}`;
  return point?.signature;
}

/** How long ago the first checkpoint behind that one was made, by the database's clock; `undefined` when there is none. */
export async function secondsSinceNext(tx: Transaction, checkpointId: string): Promise<number | undefined> {
  const next = await tx.maybeOne<{ seconds: number }>`
    SELECT EXTRACT(EPOCH FROM clock_timestamp() - created_at)::float AS seconds
    FROM audit_checkpoints WHERE id > ${checkpointId} ORDER BY id LIMIT 1`;
  return next?.seconds;
}
