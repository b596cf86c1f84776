import { failpoint } from '../failpoints/failpoints.js';
import type { ObjectStore, StoredObject } from './object-store.port.js';

/** Any store, with the places before and after each call where a fault can be made to happen. */
export class MarkedObjectStore implements ObjectStore {
  constructor(private readonly store: ObjectStore) {}

  async put(key: string, bytes: Uint8Array): Promise<{ sha256: string }> {
    await failpoint('object_store.before_put');
    const stored = await this.store.put(key, bytes);
    await failpoint('object_store.after_put');
    return stored;
  }

  async get(key: string, expected?: { sha256: string }): Promise<Uint8Array> {
    await failpoint('object_store.before_get');
    const bytes = await this.store.get(key, expected);
    await failpoint('object_store.after_get');
    return bytes;
  }

  async delete(key: string): Promise<void> {
    await failpoint('object_store.before_delete');
    await this.store.delete(key);
    await failpoint('object_store.after_delete');
  }

  async *list(prefix: string, page?: { cursor?: string }): AsyncIterable<StoredObject> {
    await failpoint('object_store.before_list');
    yield* this.store.list(prefix, page);
    await failpoint('object_store.after_list');
  }

  check(): Promise<void> {
    return this.store.check();
  }
}
