import { randomBytes } from 'node:crypto';

export interface StoredVersion {
  key: string;
  versionId: string;
  modifiedAt: Date;
  /** Absent in a delete marker. */
  bytes?: Buffer;
}

/** The state of one bucket: versions of each key, newest first. Follows "Using versioning in S3 buckets". */
export class SimulatedBucket {
  readonly #versions = new Map<string, StoredVersion[]>();

  constructor(public versioning: boolean) {}

  put(key: string, bytes: Buffer | undefined): StoredVersion {
    const versionId = this.versioning ? randomBytes(16).toString('hex') : 'null';
    const version = { key, versionId, modifiedAt: new Date(), bytes };
    const older = (this.#versions.get(key) ?? []).filter((old) => old.versionId !== versionId);
    this.#versions.set(key, [version, ...older]);
    return version;
  }

  /** The current object, undefined when there is none or a delete marker hides it. */
  current(key: string): StoredVersion | undefined {
    const newest = this.#versions.get(key)?.[0];
    return newest?.bytes ? newest : undefined;
  }

  delete(key: string, versionId: string | undefined): void {
    if (versionId === undefined && this.versioning) {
      this.put(key, undefined);
      return;
    }
    const left = (this.#versions.get(key) ?? []).filter((version) => version.versionId !== (versionId ?? 'null'));
    if (left.length > 0) this.#versions.set(key, left);
    else this.#versions.delete(key);
  }

  /** All versions and markers in byte order of keys, newest first inside a key. */
  everything(): StoredVersion[] {
    const keys = [...this.#versions.keys()].sort((a, b) => (a < b ? -1 : 1));
    return keys.flatMap((key) => this.#versions.get(key) ?? []);
  }
}
