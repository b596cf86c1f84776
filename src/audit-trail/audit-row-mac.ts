import type { KeyRing } from '../platform/crypto/key-ring.js';
import { macFault, type MacFault } from '../platform/crypto/mac-fault.js';

/** What the application knows of a row before the database adds position, time and hashes. */
export interface AuditRow {
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
export const auditRowMac = (ring: KeyRing, row: AuditRow): Buffer => ring.digest('audit-row', signedText(row));

export const auditRowFault = (ring: KeyRing, row: AuditRow & { mac: Buffer | null }): MacFault | undefined =>
  macFault(ring, { purpose: 'audit-row', text: signedText(row), mac: row.mac });

const signedText = (row: AuditRow): string =>
  JSON.stringify([VERSION, row.chainId, row.id, row.type, row.actorKind, row.actorId, members(row.dataText)]);

/** Members by name, as PostgreSQL's `jsonb` keeps neither their order nor the spelling of their numbers. */
function members(dataText: string): [name: string, value: unknown][] {
  const data = JSON.parse(dataText) as Record<string, unknown>;
  return Object.entries(data).sort(([one], [other]) => (one < other ? -1 : 1));
}
