import { rowFault, UnknownRowKeyError } from '../platform/crypto/row-macs.js';
import type { KeyRing } from '../platform/crypto/key-ring.js';
import type { Transaction } from '../platform/database/transaction.js';
import { PolicyDocument } from './policy.js';

/** Names one version as it stands in the database. */
export interface VersionRow {
  id: string;
  version: number;
  /** The transaction that wrote it (`xmin`): a version that was rolled back may come again with other words. */
  writtenBy: string;
  /** The newest of what signs it, where anything does. */
  signedBy: string | null;
}

/** What one version says, and whether the service says it (docs/adr/0024). */
export interface ReadVersion {
  standing: Standing;
  /**
   * Versions written before a member existed read as if it had its default.
   * @throws ZodError when altered by hand
   */
  document: () => PolicyDocument;
}

/** Whose it is. `unknown_key`: signed under a key that the ring does not have, so that nobody can say. */
export type Standing = 'ours' | 'not_ours' | 'unknown_key';

/** One that fits is enough: those beside it cannot be taken away, and anybody with the service's role can add one. */
export function standingOf(
  ring: KeyRing,
  row: { table: 'policy_versions' | 'policies'; values: readonly string[]; macs: readonly Buffer[] },
): Standing {
  const faults = row.macs.map((mac) => rowFault(ring, { ...row, mac }));
  if (faults.includes(undefined)) return 'ours';
  return faults.includes('key') ? 'unknown_key' : 'not_ours';
}

/**
 * Whether it counts. Until an operator says that no earlier build runs, what such a build may have written does, too
 * (`rows_signed`).
 * @throws UnknownRowKeyError where nobody can say: what stood before it may be weaker, and does not count in its place
 */
export function counts(standing: Standing, { required, of }: { required: boolean; of: string }): boolean {
  if (!required || standing === 'ours') return true;
  if (standing === 'unknown_key') throw new UnknownRowKeyError(of);
  return false;
}

/** More than any deployment has in use at a time. */
const MOST_KEPT = 1_000;

/**
 * Documents of policy versions, read, verified and parsed once by each process: a version never changes, and every request
 * that opens, shows or decides a case needs one. Nobody can alter what is handed out.
 */
export class PolicyVersions {
  readonly #known = new Map<string, ReadVersion>();

  async read(tx: Transaction, row: VersionRow): Promise<ReadVersion> {
    const name = [row.id, row.version, row.writtenBy, row.signedBy ?? ''].join(' ');
    const known = this.#known.get(name);
    if (known) return known;
    const { id, version } = row;
    const { text, createdBy, macs } = await tx.one<{ text: string; createdBy: string; macs: Buffer[] }>`
      SELECT v.document::text AS text, v.created_by,
        ARRAY(SELECT m.mac FROM policy_macs m
          WHERE m.policy_id = v.policy_id AND m.version = v.version AND NOT m.removal AND m.mac IS NOT NULL) AS macs
      FROM policy_versions v WHERE v.policy_id = ${id} AND v.version = ${version}`;
    const values = [id, String(version), createdBy, text];
    const read = {
      standing: standingOf(tx.ring, { table: 'policy_versions', values, macs }),
      document: once(() => frozen(PolicyDocument.parse(JSON.parse(text)))),
    };
    if (this.#known.size >= MOST_KEPT) this.#known.clear();
    this.#known.set(name, read);
    return read;
  }
}

function once<Value extends object>(make: () => Value): () => Value {
  let made: Value | undefined;
  return () => (made ??= make());
}

function frozen<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(frozen);
  return Object.freeze(value);
}
