import { z } from 'zod';
import type { ObjectStore } from '../platform/storage/object-store.port.js';
import { PARTNER_ERASURE_OUTCOMES } from './partner-erasure.js';

const PREFIX = 'tombstones/';

/** What an erasure says of itself outside the database: no picture, no name, no digest of either. */
const Tombstone = z.object({
  caseId: z.string(),
  pictures: z.number().int().min(0),
  providers: z.record(z.string(), z.enum(PARTNER_ERASURE_OUTCOMES)),
});
export type Tombstone = z.infer<typeof Tombstone>;

/**
 * Notes in the object store that a case is erased, before its key is destroyed. A database that is set back to an earlier
 * point has the key again and does not know better: the stone does. @throws ObjectStoreUnavailableError
 */
export async function writeTombstone(objects: ObjectStore, stone: Tombstone): Promise<void> {
  await objects.put(`${PREFIX}${stone.caseId}`, Buffer.from(JSON.stringify(stone)));
}

/** Every stone that is there. @throws ObjectStoreUnavailableError, ObjectCorruptError, ZodError */
export async function* tombstones(objects: ObjectStore): AsyncGenerator<Tombstone, void, undefined> {
  for await (const { key } of objects.list(PREFIX)) {
    yield Tombstone.parse(JSON.parse(Buffer.from(await objects.get(key)).toString('utf8')));
  }
}

/** Removes stones that no backup is older than. Returns how many. @throws ObjectStoreUnavailableError */
export async function pruneTombstones(objects: ObjectStore, before: Date): Promise<number> {
  const old: string[] = [];
  for await (const { key, modifiedAt } of objects.list(PREFIX)) if (modifiedAt < before) old.push(key);
  for (const key of old) await objects.delete(key);
  return old.length;
}
