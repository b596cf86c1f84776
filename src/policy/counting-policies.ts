import { CHECK_KINDS } from '../../providers/kit/index.js';
import type { Transaction } from '../platform/database/transaction.js';
import type { SecurityEvents } from '../platform/telemetry/security-events.js';
import { PolicyDocument, type Policy } from './policy.js';
import { counts, PolicyVersions, standingOf, type ReadVersion, type VersionRow } from './policy-versions.js';

/** A profile as stored, with the times staff see. */
export interface StoredPolicy extends Policy {
  createdAt: Date;
  updatedAt: Date;
}

/** A profile with its newest version, whoever wrote that. */
interface NewestRow extends VersionRow, Pick<StoredPolicy, 'createdAt' | 'updatedAt'> {
  /** Somebody has written so: the service, or an insider. */
  takenOut: boolean;
  removals: Buffer[];
  /** What has no MAC does not count (`rows_signed`). */
  required: boolean;
}

/** What a version allows that the service has not written: no provider, and every check is missing. */
const NOTHING_ALLOWED: PolicyDocument = {
  ...PolicyDocument.parse({ name: 'none', providers: ['none'], requiredChecks: CHECK_KINDS }),
  providers: [],
};

/**
 * Which profiles stand, and in which version: the newest that the service has signed, until it has signed the removal
 * (docs/adr/0024). What somebody adds with its database role, and without its key ring, changes nothing here; nor can they take
 * away what was signed.
 */
export class CountingPolicies {
  private readonly versions = new PolicyVersions();

  constructor(private readonly securityEvents: Pick<SecurityEvents, 'reportOnce'>) {}

  /**
   * Every profile that is not removed, in the order in which they are tried.
   * @throws UnknownRowKeyError where the ring lacks a key that this depends on
   */
  async living(tx: Transaction): Promise<StoredPolicy[]> {
    const rows = await tx.many<NewestRow>`
      SELECT p.id, newest.version, newest.written_by, newest.signed_by, p.created_at, p.updated_at, p.deleted_at IS NOT NULL AS taken_out,
        ARRAY(SELECT m.mac FROM policy_macs m WHERE m.policy_id = p.id AND m.removal AND m.mac IS NOT NULL) AS removals,
        EXISTS (SELECT FROM rows_signed WHERE policies_since IS NOT NULL) AS required
      FROM policies p CROSS JOIN LATERAL (SELECT v.version, v.xmin::text AS written_by,
          (SELECT max(m.nth)::text FROM policy_macs m WHERE m.policy_id = v.policy_id AND m.version = v.version) AS signed_by
        FROM policy_versions v WHERE v.policy_id = p.id ORDER BY v.version DESC LIMIT 1) AS newest`;
    const standing = rows.filter((row) => !this.isRemoved(tx, row));
    const found = await Promise.all(standing.map((row) => this.counting(tx, row)));
    return found.filter((policy) => policy !== undefined).sort(byPriority);
  }

  /**
   * One version, also of a profile that was removed since. One that is not the service's allows nothing.
   * @throws Error when it never existed, UnknownRowKeyError
   */
  async version(tx: Transaction, id: string, version: number): Promise<Policy> {
    const { required, ...row } = await tx.one<Omit<VersionRow, 'id' | 'version'> & { required: boolean }>`
      SELECT v.xmin::text AS written_by,
        (SELECT max(m.nth)::text FROM policy_macs m WHERE m.policy_id = v.policy_id AND m.version = v.version) AS signed_by,
        EXISTS (SELECT FROM rows_signed WHERE policies_since IS NOT NULL) AS required
      FROM policy_versions v WHERE v.policy_id = ${id} AND v.version = ${version}`;
    const read = await this.versions.read(tx, { id, version, ...row });
    return {
      id,
      version,
      document: this.isCounting(read, { id, version, required }) ? read.document() : NOTHING_ALLOWED,
    };
  }

  private isRemoved(tx: Transaction, { id, takenOut, removals, required }: NewestRow): boolean {
    if (!required) return takenOut || removals.length > 0;
    if (removals.length === 0 && !takenOut) return false;
    const standing = standingOf(tx.ring, { table: 'policies', values: [id], macs: removals });
    const isRemoved = counts(standing, { required, of: `the removal of policy ${id}` });
    if (!isRemoved) this.securityEvents.reportOnce('policy_not_ours', { policyId: id });
    return isRemoved;
  }

  /** Undefined: nobody but an insider has ever made such a profile. */
  private async counting(tx: Transaction, row: NewestRow): Promise<StoredPolicy | undefined> {
    const { id, version, createdAt, updatedAt, required } = row;
    const as = (counting: number, { document }: ReadVersion): StoredPolicy => ({
      id,
      version: counting,
      document: document(),
      createdAt,
      updatedAt,
    });
    const newest = await this.versions.read(tx, row);
    if (this.isCounting(newest, row)) return as(version, newest);
    const before = await tx.many<Omit<VersionRow, 'id'>>`
      SELECT v.version, v.xmin::text AS written_by,
        (SELECT max(m.nth)::text FROM policy_macs m WHERE m.policy_id = v.policy_id AND m.version = v.version) AS signed_by
      FROM policy_versions v WHERE v.policy_id = ${id} AND v.version < ${version} ORDER BY v.version DESC`;
    for (const older of before) {
      const read = await this.versions.read(tx, { id, ...older });
      if (this.isCounting(read, { id, version: older.version, required })) return as(older.version, read);
    }
    return undefined;
  }

  private isCounting({ standing }: ReadVersion, at: { id: string; version: number; required: boolean }): boolean {
    const { id: policyId, version: policyVersion, required } = at;
    const isCounting = counts(standing, { required, of: `version ${policyVersion} of policy ${policyId}` });
    if (!isCounting) this.securityEvents.reportOnce('policy_not_ours', { policyId, policyVersion });
    return isCounting;
  }
}

/** The highest priority first; the older one when two are equal. */
const byPriority = (one: Policy, other: Policy): number =>
  other.document.priority - one.document.priority || (one.id < other.id ? -1 : 1);
