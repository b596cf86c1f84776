import { createHash } from 'node:crypto';
import { ObjectNotFoundError, ObjectStoreUnavailableError } from '../../src/platform/storage/object-store.errors.js';
import type { ObjectStore, StoredObject } from '../../src/platform/storage/object-store.port.js';

/** An object store in memory, with a switch that makes it fail. */
export class MemoryObjectStore implements ObjectStore {
  readonly objects = new Map<string, Uint8Array>();
  down = false;

  async put(key: string, bytes: Uint8Array): Promise<{ sha256: string }> {
    this.assertUp();
    this.objects.set(key, Uint8Array.from(bytes));
    return { sha256: createHash('sha256').update(bytes).digest('hex') };
  }

  async get(key: string): Promise<Uint8Array> {
    this.assertUp();
    const bytes = this.objects.get(key);
    if (!bytes) throw new ObjectNotFoundError(key);
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
      if (key.startsWith(prefix)) yield { key, size: bytes.length, modifiedAt: new Date(0) };
  }

  async check(): Promise<void> {
    this.assertUp();
  }

  private assertUp(): void {
    if (this.down) throw new ObjectStoreUnavailableError('unreachable', 'TEST');
  }
}
