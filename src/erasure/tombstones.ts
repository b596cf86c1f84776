import { z } from 'zod';
import type { KeyRing } from '../platform/crypto/key-ring.js';
import {
  openWithRing,
  resealWithRing,
  SealBrokenError,
  sealingKeyId,
  sealWithRing,
} from '../platform/crypto/sealing.js';
import { ObjectStoreUnavailableError } from '../platform/storage/object-store.errors.js';
import type { ObjectStore } from '../platform/storage/object-store.port.js';
import { PARTNER_ERASURE_OUTCOMES } from './partner-erasure.js';

const PREFIX = 'tombstones/';

/** What an erasure says of itself outside the database: no picture, no name, no digest of either. */
const Inscription = z.strictObject({
  pictures: z.number().int().min(0),
  providers: z.record(z.string(), z.enum(PARTNER_ERASURE_OUTCOMES)),
});
export interface Tombstone extends z.infer<typeof Inscription> {
  caseId: string;
}

/** Where stones are kept, and the ring that tells ours from others'. */
export interface Graveyard {
  objects: ObjectStore;
  ring: KeyRing;
}

/**
 * Records in the object store that a case is erased, before its key is destroyed. A database that is set back has the
 * key again; the stone still says that the case was erased. It is sealed under its own name: otherwise anybody with
 * write access to the bucket could have any case's key destroyed.
 *
 * @throws ObjectStoreUnavailableError
 */
export async function writeTombstone({ objects, ring }: Graveyard, stone: Tombstone): Promise<void> {
  const { caseId, ...inscription } = stone;
  const key = `${PREFIX}${caseId}`;
  await objects.put(key, sealWithRing(ring, Buffer.from(JSON.stringify(inscription)), key));
}

/**
 * Every stone that is there; `undefined` for one that is damaged, or was not made with this ring, or under another name.
 * @throws ObjectStoreUnavailableError
 */
export async function* tombstones(graveyard: Graveyard): AsyncGenerator<Tombstone | undefined, void, undefined> {
  for await (const { key } of graveyard.objects.list(PREFIX)) yield await readStone(graveyard, key);
}

/** One bad stone must not keep the others from being read. Only a store that is away says nothing of any of them. */
async function readStone({ objects, ring }: Graveyard, key: string): Promise<Tombstone | undefined> {
  try {
    const plain = openWithRing(ring, await objects.get(key), key);
    return { caseId: key.slice(PREFIX.length), ...Inscription.parse(JSON.parse(plain.toString('utf8'))) };
  } catch (error) {
    if (error instanceof ObjectStoreUnavailableError) throw error;
    return undefined;
  }
}

/**
 * Puts stones under the active key; one that cannot be read stays as it is. Written anew, a stone stays for the whole time
 * once more. @throws ObjectStoreUnavailableError
 */
export async function resealTombstones({
  objects,
  ring,
}: Graveyard): Promise<{ resealed: number; unreadable: number }> {
  const done = { resealed: 0, unreadable: 0 };
  for await (const { key } of objects.list(PREFIX)) {
    const sealed = await sealedStone(objects, key);
    if (!sealed || sealingKeyId(sealed) === ring.activeId) continue;
    try {
      await objects.put(key, resealWithRing(ring, sealed, key));
      done.resealed += 1;
    } catch (error) {
      if (!(error instanceof SealBrokenError)) throw error;
      done.unreadable += 1;
    }
  }
  return done;
}

/** How many stones each key is needed for. @throws ObjectStoreUnavailableError */
export async function tombstoneKeys(objects: ObjectStore): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for await (const { key } of objects.list(PREFIX)) {
    const sealed = await sealedStone(objects, key);
    const keyId = sealed && sealingKeyId(sealed);
    if (keyId !== undefined) counts.set(keyId, (counts.get(keyId) ?? 0) + 1);
  }
  return counts;
}

/** `undefined` for one that was pruned meanwhile, or is damaged. */
async function sealedStone(objects: ObjectStore, key: string): Promise<Uint8Array | undefined> {
  try {
    return await objects.get(key);
  } catch (error) {
    if (error instanceof ObjectStoreUnavailableError) throw error;
    return undefined;
  }
}

/** Removes stones that no backup is older than. Returns how many. @throws ObjectStoreUnavailableError */
export async function pruneTombstones(objects: ObjectStore, before: Date): Promise<number> {
  const old: string[] = [];
  for await (const { key, modifiedAt } of objects.list(PREFIX)) if (modifiedAt < before) old.push(key);
  for (const key of old) await objects.delete(key);
  return old.length;
}
