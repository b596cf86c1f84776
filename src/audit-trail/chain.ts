import { createHash } from 'node:crypto';

/** One row as the verifier reads it; `dataText` and `occurredText` are PostgreSQL's own spelling, which the hash covers. */
export interface ChainRow {
  chainId: string;
  seq: string;
  id: string;
  type: string;
  actorKind: string;
  actorId: string;
  occurredText: string;
  dataText: string;
  prevHash: Buffer;
  hash: Buffer;
  /** Beside the chain: no part of the hash. */
  mac: Buffer | null;
}

/** SHA-256 over the row's members and its predecessor's hash; the same text as `audit_hash_input` of migration 0001. */
export function rowHash(row: Omit<ChainRow, 'hash' | 'mac'>): Buffer {
  const text = [
    row.chainId,
    row.seq,
    row.id,
    row.type,
    row.actorKind,
    row.actorId,
    row.occurredText,
    row.dataText,
    row.prevHash.toString('hex'),
  ].join('\n');
  return createHash('sha256').update(text, 'utf8').digest();
}

export type ChainFaultKind =
  | 'row_changed'
  /** Not written by this service. */
  | 'mac_missing'
  /** Signed for another row, or by nobody who has the key. */
  | 'mac_wrong'
  /** Signed under a key whose secret the ring does not have, where no forgotten key may have signed. */
  | 'mac_key_missing'
  | 'row_missing'
  | 'link_broken'
  | 'tail_missing'
  | 'chain_missing'
  | 'head_changed'
  | 'checkpoint_signature'
  | 'checkpoint_link'
  /** A passkey, a spent token or a vote is in the database, and no event says where it came from. */
  | 'passkey_unrecorded'
  | 'token_unrecorded'
  | 'vote_unrecorded'
  /** A passkey, or a living link, session or token, is in the database, and the service has not written it (docs/adr/0023). */
  | 'passkey_unsigned'
  | 'access_unsigned'
  /** The same of a version of a policy, of its removal, or of a change of it that waits (docs/adr/0024). */
  | 'policy_unsigned';

export interface ChainFault {
  kind: ChainFaultKind;
  chainId: string;
  /** The first bad position; 0 for what is in no chain and should be. */
  seq: number;
  /** Of the event, or of what has none. */
  eventId?: string;
}

/** Where a chain stands after the rows seen so far. */
export interface ChainPosition {
  seq: number;
  hash: Buffer;
}

export const START: ChainPosition = { seq: 0, hash: Buffer.alloc(0) };

/** Checks the next row against the position before it. */
export function step(position: ChainPosition, row: ChainRow): ChainPosition | ChainFault {
  const seq = Number(row.seq);
  if (seq !== position.seq + 1) return { kind: 'row_missing', chainId: row.chainId, seq: position.seq + 1 };
  if (!row.prevHash.equals(position.hash)) return { kind: 'link_broken', chainId: row.chainId, seq, eventId: row.id };
  if (!rowHash(row).equals(row.hash)) return { kind: 'row_changed', chainId: row.chainId, seq, eventId: row.id };
  return { seq, hash: row.hash };
}
