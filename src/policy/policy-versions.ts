import type { Transaction } from '../platform/database/transaction.js';
import { PolicyDocument } from './policy.js';

/** Names one version as it stands in the database. */
interface VersionRow {
  id: string;
  version: number;
  /** The transaction that wrote it (`xmin`): a version that was rolled back may come again with other words. */
  writtenBy: string;
}

/** More than any deployment has in use at a time. */
const MOST_KEPT = 1_000;

/**
 * Documents of policy versions, read and parsed once by each process: a version never changes, and every request that
 * opens, shows or decides a case needs one. Nobody can alter what is handed out.
 */
export class PolicyVersions {
  readonly #known = new Map<string, PolicyDocument>();

  /**
   * Adds a row's document. Versions written before a member existed read as if it had its default.
   * @throws ZodError when altered by hand
   */
  async withDocument<Row extends VersionRow>(
    tx: Transaction,
    row: Row,
  ): Promise<Omit<Row, 'writtenBy'> & { document: PolicyDocument }> {
    const { writtenBy, ...rest } = row;
    const name = `${row.id} ${row.version} ${writtenBy}`;
    return { ...rest, document: this.#known.get(name) ?? (await this.read(tx, { name, ...rest })) };
  }

  private async read(tx: Transaction, wanted: { name: string; id: string; version: number }): Promise<PolicyDocument> {
    const row = await tx.one<{ document: unknown }>`
      SELECT document FROM policy_versions WHERE policy_id = ${wanted.id} AND version = ${wanted.version}`;
    const document = frozen(PolicyDocument.parse(row.document));
    if (this.#known.size >= MOST_KEPT) this.#known.clear();
    this.#known.set(wanted.name, document);
    return document;
  }
}

function frozen<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(frozen);
  return Object.freeze(value);
}
