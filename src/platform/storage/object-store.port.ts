/** One object as {@link ObjectStore.list} sees it. `size` is the number of bytes that were put. */
export interface StoredObject {
  key: string;
  size: number;
  /** The store's own clock: good enough to tell young from old, never to decide validity. */
  modifiedAt: Date;
}

/** Larger objects are refused on the way in and never read into memory on the way out. */
export const MAX_OBJECT_BYTES = 32 * 1024 * 1024;

/**
 * Where sealed evidence lies. Keys are random ids (`[a-z0-9_-]`, parts separated by `/`), written once and never
 * re-used; anything else throws `InvalidObjectKeyError`. Bytes arrive encrypted: the store is trusted with neither
 * their secrecy nor their integrity, so every read is checked against a digest over key and bytes.
 *
 * Every method may throw `ObjectStoreUnavailableError`.
 */
export interface ObjectStore {
  /**
   * Stores all of `bytes` or nothing, durably. Repeating it with the same arguments is harmless.
   * @returns the SHA-256 of `bytes`, lower-case hex.
   */
  put(key: string, bytes: Uint8Array): Promise<{ sha256: string }>;

  /**
   * @param expected what the caller remembers of the object; with it, an older version under the same key is refused.
   * @throws ObjectNotFoundError, ObjectCorruptError
   */
  get(key: string, expected?: { sha256: string }): Promise<Uint8Array>;

  /** Removes the object and every version of it. An absent object is not an error. */
  delete(key: string): Promise<void>;

  /**
   * Every object whose key starts with `prefix`, in ascending byte order of keys, also those that only exist as
   * non-current versions. `cursor` is the last key already seen.
   */
  list(prefix: string, page?: { cursor?: string }): AsyncIterable<StoredObject>;

  /** Resolves when the store can be used now; for the readiness check. */
  check(): Promise<void>;
}
