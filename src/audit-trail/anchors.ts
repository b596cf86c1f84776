import { z } from 'zod';
import type { KeyRing } from '../platform/crypto/key-ring.js';
import { ObjectNotFoundError, ObjectStoreUnavailableError } from '../platform/storage/object-store.errors.js';
import type { ObjectStore } from '../platform/storage/object-store.port.js';
import { checkpointIsSigned, type Checkpoint } from './checkpoints.js';

const PREFIX = 'checkpoints/';
/** The newest is what counts; those before it are for people who have to find out what happened. */
const KEPT = 3;
const ID_DIGITS = 18;

/** A checkpoint as it lies in the store: numbers, digests and the signature over them. */
const Anchor = z.strictObject({
  id: z.string().regex(/^[1-9][0-9]{0,17}$/),
  createdText: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
  previousSha256: z.string(),
  headsSha256: z.string(),
  headCount: z.number().int(),
  signature: z.string(),
});

/** Where anchors are kept, and the ring that tells ours from others'. */
export interface AnchorGround {
  objects: ObjectStore;
  ring: KeyRing;
}

/**
 * An object stands where only anchors do, and is damaged, or was not signed with this ring, or has another's name, or is only
 * there as a version that a plain delete has hidden.
 */
export class AnchorUnreadableError extends Error {
  override readonly name = 'AnchorUnreadableError';
  constructor(readonly key: string) {
    super(`the anchor ${key} is damaged, hidden by a delete, or was not made with this key ring`);
  }
}

/**
 * Sorted by name is sorted by id: the clock of a server that took over may be behind. The time keeps two lines of one history
 * that parted from sharing a name.
 */
const keyOf = ({ createdText, id }: Checkpoint): string =>
  `${PREFIX}${id.padStart(ID_DIGITS, '0')}-${createdText.toLowerCase().replaceAll(/[-:.]/g, '')}`;

/**
 * Tells the object store of a checkpoint that was committed. A database that is set back to an earlier point does not have
 * it any more: that is how it is noticed. Each checkpoint has an object of its own, so that of two workers the slower one
 * cannot put an older one in the place of a newer one. @throws ObjectStoreUnavailableError
 */
export async function writeAnchor(objects: ObjectStore, point: Checkpoint): Promise<void> {
  await putAnchor(objects, point);
  const keys = await keysIn(objects);
  for (const key of keys.slice(0, -KEPT)) await objects.delete(key);
}

/**
 * Has the store know this one, and forgets every other anchor, later ones too: a person gave up the history they speak of.
 * @throws ObjectStoreUnavailableError
 */
export async function replaceAnchors(objects: ObjectStore, point: Checkpoint): Promise<void> {
  await putAnchor(objects, point);
  for (const key of await keysIn(objects)) if (key !== keyOf(point)) await objects.delete(key);
}

/**
 * The newest checkpoint the store knows of. One object that is no anchor is not passed over: it may have been put in the
 * place of the newest. One that cannot be got was removed by a worker, because there are newer ones, and then the next
 * listing lacks it; a listing that still has it speaks of versions that an attacker hid by a delete.
 * @throws AnchorUnreadableError, ObjectStoreUnavailableError
 */
export async function newestAnchor(ground: AnchorGround): Promise<Checkpoint | undefined> {
  const first = await readListed(ground);
  if (first.absent.length === 0) return first.newest;
  const second = await readListed(ground);
  const hidden = second.absent.find((key) => first.absent.includes(key));
  if (hidden !== undefined) throw new AnchorUnreadableError(hidden);
  return second.newest;
}

/** The newest anchor, and whether the database still has what it says. */
export interface NewestAnchorComparison {
  newest: Checkpoint | undefined;
  /** The database lacks the checkpoint, or has another one in its place. */
  setBack: boolean;
}

/**
 * @param signatureOf the signature of the database's checkpoint of that id, if it has one
 * @throws AnchorUnreadableError, ObjectStoreUnavailableError, and what `signatureOf` throws
 */
export async function compareWithNewestAnchor(
  ground: AnchorGround,
  signatureOf: (checkpointId: string) => Promise<string | undefined>,
): Promise<NewestAnchorComparison> {
  const newest = await newestAnchor(ground);
  return { newest, setBack: newest !== undefined && (await signatureOf(newest.id)) !== newest.signature };
}

async function putAnchor(objects: ObjectStore, point: Checkpoint): Promise<void> {
  await objects.put(keyOf(point), Buffer.from(JSON.stringify(Anchor.parse(point))));
}

async function keysIn(objects: ObjectStore): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of objects.list(PREFIX)) keys.push(key);
  return keys;
}

async function readListed(ground: AnchorGround): Promise<{ newest: Checkpoint | undefined; absent: string[] }> {
  let newest: Checkpoint | undefined;
  const absent: string[] = [];
  for (const key of await keysIn(ground.objects)) {
    const point = await readAnchor(ground, key);
    if (point) newest = point;
    else absent.push(key);
  }
  return { newest, absent };
}

/** `undefined` for one that cannot be got any more. */
async function readAnchor({ objects, ring }: AnchorGround, key: string): Promise<Checkpoint | undefined> {
  try {
    const point = Anchor.parse(JSON.parse(Buffer.from(await objects.get(key)).toString('utf8')));
    if (keyOf(point) === key && checkpointIsSigned(ring, point)) return point;
  } catch (error) {
    if (error instanceof ObjectNotFoundError) return undefined;
    if (error instanceof ObjectStoreUnavailableError) throw error;
  }
  throw new AnchorUnreadableError(key);
}
