import { addAbortSignal, type Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { assertObjectKey, assertObjectPrefix, isObjectKey } from './object-key.js';
import { ENVELOPE_BYTES, openObject, sealObject, sha256Hex } from './object-envelope.js';
import { ObjectCorruptError, ObjectNotFoundError, ObjectStoreUnavailableError } from './object-store.errors.js';
import { MAX_OBJECT_BYTES, type ObjectStore, type StoredObject } from './object-store.port.js';
import { type S3AttemptLimits, S3AttemptsFailedError, withAttempts } from './s3-attempts.js';
import { toUnavailable } from './s3-failures.js';
import { S3Versions } from './s3-versions.js';

export interface S3ObjectStoreOptions extends Partial<S3AttemptLimits> {
  endpoint: string;
  bucket: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** `https://host/bucket/key` instead of `https://bucket.host/key`; most servers other than AWS need it. */
  forcePathStyle: boolean;
}

const DEFAULT_LIMITS: S3AttemptLimits = { attemptTimeoutMs: 10_000, maxAttempts: 3, backoffMs: 200 };
const CONNECT_TIMEOUT_MS = 3_000;

/** A put that keeps racing a delete could refill the key for ever; nobody writes a key twice, so this is generous. */
const MAX_DELETE_ROUNDS = 5;

/**
 * Stores objects in a bucket of any S3-compatible server. It needs the permissions PutObject, GetObject, DeleteObject,
 * DeleteObjectVersion, ListBucket and ListBucketVersions. A bucket with object lock, or a lifecycle rule that keeps
 * versions elsewhere, breaks the deletion promise and must not be used.
 */
export class S3ObjectStore implements ObjectStore {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #limits: S3AttemptLimits;
  readonly #versions: S3Versions;

  constructor(options: S3ObjectStoreOptions) {
    const { endpoint, bucket, region, accessKeyId, secretAccessKey, forcePathStyle, ...limits } = options;
    this.#bucket = bucket;
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
    this.#client = new S3Client({
      endpoint,
      region,
      forcePathStyle,
      credentials: { accessKeyId, secretAccessKey },
      maxAttempts: 1,
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      requestHandler: { connectionTimeout: CONNECT_TIMEOUT_MS, requestTimeout: 0 },
    });
    this.#versions = new S3Versions(this.#client, bucket, this.#limits);
  }

  async put(key: string, bytes: Uint8Array): Promise<{ sha256: string }> {
    assertObjectKey(key);
    const command = new PutObjectCommand({
      Bucket: this.#bucket,
      Key: key,
      Body: sealObject(key, bytes),
      ContentType: 'application/octet-stream',
    });
    await this.#run((abortSignal) => this.#client.send(command, { abortSignal }));
    return { sha256: sha256Hex(bytes) };
  }

  async get(key: string, expected?: { sha256: string }): Promise<Uint8Array> {
    assertObjectKey(key);
    const command = new GetObjectCommand({ Bucket: this.#bucket, Key: key });
    try {
      const stored = await withAttempts(
        this.#limits,
        async (abortSignal) => {
          const answer = await this.#client.send(command, { abortSignal });
          return readBounded(key, answer.Body as Readable, abortSignal);
        },
        (error) => error instanceof ObjectCorruptError,
      );
      return openObject(key, stored, expected);
    } catch (error) {
      const isAbsent = error instanceof S3AttemptsFailedError && error.failure.kind === 'not_found';
      throw isAbsent ? new ObjectNotFoundError(key) : translated(error);
    }
  }

  async delete(key: string): Promise<void> {
    assertObjectKey(key);
    try {
      for (let round = 1; round <= MAX_DELETE_ROUNDS; round += 1) {
        if ((await this.#deleteVersions(key)) === 0) return;
      }
      throw new ObjectStoreUnavailableError('unreachable', 'StillPresent');
    } catch (error) {
      throw translated(error);
    }
  }

  async *list(prefix: string, page: { cursor?: string } = {}): AsyncIterable<StoredObject> {
    assertObjectPrefix(prefix);
    if (page.cursor !== undefined) assertObjectKey(page.cursor);
    // Ceph's radosgw begins with the key marker itself, where S3 begins after it.
    let previous = page.cursor;
    try {
      for await (const { key, object } of this.#versions.list({ prefix, cursor: page.cursor })) {
        if (object === undefined || key === previous || !isObjectKey(key)) continue;
        previous = key;
        yield object;
      }
    } catch (error) {
      throw translated(error);
    }
  }

  async check(): Promise<void> {
    const command = new HeadBucketCommand({ Bucket: this.#bucket });
    await this.#run((abortSignal) => this.#client.send(command, { abortSignal }));
  }

  /** Closes idle connections. */
  close(): void {
    this.#client.destroy();
  }

  /**
   * Each version by its id: a delete without one only hides the object behind a marker. Markers go too.
   * @returns how many there were; the caller looks again until none is left
   */
  async #deleteVersions(key: string): Promise<number> {
    let deleted = 0;
    for await (const found of this.#versions.list({ prefix: key })) {
      if (found.key !== key) break;
      const command = new DeleteObjectCommand({ Bucket: this.#bucket, Key: key, VersionId: found.versionId });
      await withAttempts(this.#limits, (abortSignal) => this.#client.send(command, { abortSignal }));
      deleted += 1;
    }
    return deleted;
  }

  async #run(operation: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
    try {
      await withAttempts(this.#limits, operation);
    } catch (error) {
      throw translated(error);
    }
  }
}

function translated(error: unknown): unknown {
  return error instanceof S3AttemptsFailedError ? toUnavailable(error.failure) : error;
}

async function readBounded(key: string, body: Readable, signal: AbortSignal): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of addAbortSignal(signal, body) as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > MAX_OBJECT_BYTES + ENVELOPE_BYTES) throw new ObjectCorruptError(key);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
