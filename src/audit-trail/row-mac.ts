import { timingSafeEqual } from 'node:crypto';
import { digestKeyId, type KeyRing } from '../platform/crypto/key-ring.js';

/** What the application knows of a row before the database adds position, time and hashes. */
export interface SignedRow {
  chainId: string;
  id: string;
  type: string;
  actorKind: string;
  actorId: string;
  /** JSON of one object, in whatever spelling. */
  dataText: string;
}

/** Changes when what is signed, or how it is spelled, does. */
const VERSION = 'regain-audit-row-1';

/**
 * The keyed hash of a row, which names its key. The row's id is unique for ever and begins with the time that the application
 * gave it, and its chain is part of the text: it fits no second row and no other chain.
 */
export const rowMac = (ring: KeyRing, row: SignedRow): Buffer => ring.digest('audit-row', signedText(row));

/** What is wrong with a row's MAC; `key` when its key's secret is not in the ring, so that nobody can say. */
export type MacFault = 'missing' | 'wrong' | 'key';

export function macFault(ring: KeyRing, row: SignedRow & { mac: Buffer | null }): MacFault | undefined {
  const { mac } = row;
  if (mac === null) return 'missing';
  const keyId = digestKeyId(mac);
  if (!ring.ids.includes(keyId)) return 'key';
  const right = ring.digest('audit-row', signedText(row), keyId);
  return right.length === mac.length && timingSafeEqual(right, mac) ? undefined : 'wrong';
}

const signedText = (row: SignedRow): string =>
  JSON.stringify([VERSION, row.chainId, row.id, row.type, row.actorKind, row.actorId, members(row.dataText)]);

/** Members by name, as PostgreSQL's `jsonb` keeps neither their order nor the spelling of their numbers. */
function members(dataText: string): [name: string, value: unknown][] {
  const data = JSON.parse(dataText) as Record<string, unknown>;
  return Object.entries(data).sort(([one], [other]) => (one < other ? -1 : 1));
}
