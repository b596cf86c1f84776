import { createHash } from 'node:crypto';
import type { ClockPort } from '../../../providers/kit/index.js';
import {
  ObjectCorruptError,
  ObjectNotFoundError,
  ObjectStoreUnavailableError,
} from '../../../src/platform/storage/object-store.errors.js';
import type { ObjectStore, StoredObject } from '../../../src/platform/storage/object-store.port.js';

/** An object store in memory that can be switched off and back-dated. */
export class MemoryObjectStore implements ObjectStore {
  readonly objects = new Map<string, { bytes: Uint8Array; modifiedAt: Date }>();
  down = false;

  constructor(private readonly clock: ClockPort) {}

  async put(key: string, bytes: Uint8Array): Promise<{ sha256: string }> {
    this.assertUp();
    this.objects.set(key, { bytes, modifiedAt: this.clock.now() });
    return { sha256: sha256(bytes) };
  }

  async get(key: string, expected?: { sha256: string }): Promise<Uint8Array> {
    this.assertUp();
    const object = this.objects.get(key);
    if (!object) throw new ObjectNotFoundError(key);
    if (expected && sha256(object.bytes) !== expected.sha256) throw new ObjectCorruptError(key);
    return object.bytes;
  }

  async delete(key: string): Promise<void> {
    this.assertUp();
    this.objects.delete(key);
  }

  async *list(prefix: string): AsyncIterable<StoredObject> {
    this.assertUp();
    for (const [key, { bytes, modifiedAt }] of [...this.objects].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (key.startsWith(prefix)) yield { key, size: bytes.length, modifiedAt };
    }
  }

  async check(): Promise<void> {
    this.assertUp();
  }

  private assertUp(): void {
    if (this.down) throw new ObjectStoreUnavailableError('unreachable', 'ECONNREFUSED');
  }
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
