import {
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type ListObjectsV2CommandOutput,
  type ListObjectVersionsCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { sizeInside } from './object-envelope.js';
import { ObjectStoreUnavailableError } from './object-store.errors.js';
import type { StoredObject } from './object-store.port.js';
import { type S3AttemptLimits, S3AttemptsFailedError, withAttempts } from './s3-attempts.js';

/** A stored version or a delete marker. */
export interface S3Version {
  key: string;
  /** The text `null` for what was written while versioning was off; absent where the server knows no versions. */
  versionId?: string;
  /** Absent for a delete marker, which holds no bytes. */
  object?: StoredObject;
}

interface Listing {
  prefix: string;
  cursor?: string;
}

/** The listing operations of one bucket, and the knowledge whether its server can list versions at all. */
export class S3Versions {
  #canListVersions = true;

  constructor(
    private readonly client: S3Client,
    private readonly bucket: string,
    private readonly limits: S3AttemptLimits,
  ) {}

  /**
   * Versions and delete markers in byte order of keys (S3 API, ListObjectVersions). Servers without versioning answer
   * NotImplemented; there the plain listing says everything.
   */
  async *list(listing: Listing): AsyncGenerator<S3Version> {
    if (this.#canListVersions) {
      try {
        yield* this.#versions(listing);
        return;
      } catch (error) {
        if (!(error instanceof S3AttemptsFailedError) || error.failure.kind !== 'not_supported') throw error;
        this.#canListVersions = false;
      }
    }
    yield* this.#currentObjects(listing);
  }

  async *#versions({ prefix, cursor }: Listing): AsyncGenerator<S3Version> {
    let position: { KeyMarker?: string; VersionIdMarker?: string } = { KeyMarker: cursor };
    for (;;) {
      const command = new ListObjectVersionsCommand({ Bucket: this.bucket, Prefix: prefix, ...position });
      const page: ListObjectVersionsCommandOutput = await withAttempts(this.limits, (abortSignal) =>
        this.client.send(command, { abortSignal }),
      );
      yield* versionsIn(page);
      if (!page.IsTruncated || page.NextKeyMarker === undefined) return;
      position = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
    }
  }

  async *#currentObjects({ prefix, cursor }: Listing): AsyncGenerator<S3Version> {
    let position: { StartAfter?: string; ContinuationToken?: string } = { StartAfter: cursor };
    for (;;) {
      const command = new ListObjectsV2Command({ Bucket: this.bucket, Prefix: prefix, ...position });
      const page: ListObjectsV2CommandOutput = await withAttempts(this.limits, (abortSignal) =>
        this.client.send(command, { abortSignal }),
      );
      for (const entry of page.Contents ?? []) {
        if (entry.Key !== undefined) yield { key: entry.Key, object: toStored(entry.Key, entry) };
      }
      if (!page.IsTruncated || page.NextContinuationToken === undefined) return;
      position = { ContinuationToken: page.NextContinuationToken };
    }
  }
}

/** The XML interleaves the two kinds, the SDK separates them: versions first is as good an order inside one key. */
function versionsIn(page: ListObjectVersionsCommandOutput): S3Version[] {
  const found: S3Version[] = [];
  for (const entry of page.Versions ?? []) {
    if (entry.Key === undefined || entry.VersionId === undefined) continue;
    found.push({ key: entry.Key, versionId: entry.VersionId, object: toStored(entry.Key, entry) });
  }
  for (const entry of page.DeleteMarkers ?? []) {
    if (entry.Key === undefined || entry.VersionId === undefined) continue;
    found.push({ key: entry.Key, versionId: entry.VersionId });
  }
  return found.sort((a, b) => (a.key === b.key ? 0 : a.key < b.key ? -1 : 1));
}

/** An entry without its age must stop the listing: a sweep that guessed could take a young object for an orphan. */
function toStored(key: string, entry: { Size?: number; LastModified?: Date }): StoredObject {
  const { Size: size, LastModified: modifiedAt } = entry;
  if (size === undefined || modifiedAt === undefined) {
    throw new ObjectStoreUnavailableError('misconfigured', 'IncompleteListing');
  }
  return { key, size: sizeInside(size), modifiedAt };
}
