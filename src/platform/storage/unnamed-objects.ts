import type { StoredObject } from './object-store.port.js';

/** Storing takes seconds between an object and its row; nothing younger than this is touched. */
const MIN_AGE_MS = 3_600_000;
const BATCH_KEYS = 500;

/**
 * Removes objects that no row names: the process that stored one died before it wrote the row, was rolled back, or
 * failed to delete the object. Keys are written once and never reused, so an object without a row after an hour never
 * gets one. Lists at most one batch at a time. Returns how many were removed.
 *
 * @throws ObjectStoreUnavailableError
 */
export async function removeUnnamed(of: {
  listed: AsyncIterable<StoredObject>;
  now: Date;
  /** Those of the keys that a row names. */
  named: (keys: readonly string[]) => Promise<readonly string[]>;
  remove: (key: string) => Promise<void>;
}): Promise<number> {
  const oldest = of.now.getTime() - MIN_AGE_MS;
  let removed = 0;
  let batch: string[] = [];
  const seeTo = async (): Promise<void> => {
    if (batch.length === 0) return;
    const named = new Set(await of.named(batch));
    const unnamed = batch.filter((key) => !named.has(key));
    for (const key of unnamed) await of.remove(key);
    removed += unnamed.length;
    batch = [];
  };
  for await (const { key, modifiedAt } of of.listed) {
    if (modifiedAt.getTime() > oldest) continue;
    batch.push(key);
    if (batch.length >= BATCH_KEYS) await seeTo();
  }
  await seeTo();
  return removed;
}
