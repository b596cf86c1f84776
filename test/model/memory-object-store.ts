import { createHash } from 'node:crypto';
import type { ClockPort } from '../../providers/kit/index.js';
import {
  ObjectCorruptError,
  ObjectNotFoundError,
  ObjectStoreUnavailableError,
} from '../../src/platform/storage/object-store.errors.js';
import type { ObjectStore, StoredObject } from '../../src/platform/storage/object-store.port.js';

const LONG_AGO: ClockPort = { now: () => new Date(0) };

/** An object store in memory, with a switch that makes it fail. Without a clock everything in it is old. */
export class MemoryObjectStore implements ObjectStore {
  readonly objects = new Map<string, Uint8Array>();
  readonly storedAt = new Map<string, Date>();
  down = false;

  constructor(private readonly clock = LONG_AGO) {}

  async put(key: string, bytes: Uint8Array): Promise<{ sha256: string }> {
    this.assertUp();
    this.objects.set(key, Uint8Array.from(bytes));
    this.storedAt.set(key, this.clock.now());
    return { sha256: sha256(bytes) };
  }

  async get(key: string, expected?: { sha256: string }): Promise<Uint8Array> {
    this.assertUp();
    const bytes = this.objects.get(key);
    if (!bytes) throw new ObjectNotFoundError(key);
    if (expected && sha256(bytes) !== expected.sha256) throw new ObjectCorruptError(key);
    return bytes;
  }

  async delete(key: string): Promise<void> {
    this.assertUp();
    this.objects.delete(key);
  }

  async *list(prefix: string): AsyncIterable<StoredObject> {
    this.assertUp();
    const inOrder = [...this.objects].sort(([one], [other]) => (one < other ? -1 : 1));
    for (const [key, bytes] of inOrder)
      if (key.startsWith(prefix))
        yield { key, size: bytes.length, modifiedAt: this.storedAt.get(key) ?? LONG_AGO.now() };
  }

  async check(): Promise<void> {
    this.assertUp();
  }

  private assertUp(): void {
    if (this.down) throw new ObjectStoreUnavailableError('unreachable', 'TEST');
  }
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
