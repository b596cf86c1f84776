import { sign } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MemoryObjectStore } from '../../test/model/memory-object-store.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { ObjectNotFoundError, ObjectStoreUnavailableError } from '../platform/storage/object-store.errors.js';
import {
  compareWithNewestAnchor,
  AnchorUnreadableError,
  newestAnchor,
  replaceAnchors,
  writeAnchor,
} from './anchors.js';
import { GENESIS, signedText, type Checkpoint } from './checkpoints.js';

const ring = new KeyRing(KeyRing.generate());

/** Made `second` seconds into a minute. */
function checkpoint(second: number, id = second, by = ring): Checkpoint {
  const point = {
    id: String(id),
    createdText: `2026-11-26T20:00:${String(second).padStart(2, '0')}.000001Z`,
    previousSha256: GENESIS,
    headsSha256: GENESIS,
    headCount: 1,
  };
  const { id: keyId, privateKey } = by.signingKey('audit-signature');
  return { ...point, signature: `${keyId}.${sign(null, signedText(point), privateKey).toString('base64url')}` };
}
async function storeWith(...points: Checkpoint[]): Promise<MemoryObjectStore> {
  const objects = new MemoryObjectStore();
  for (const point of points) await writeAnchor(objects, point);
  return objects;
}
const newest = (objects: MemoryObjectStore) => newestAnchor({ objects, ring });
const keys = (objects: MemoryObjectStore): string[] => [...objects.objects.keys()].sort();
const [one, two, three, nine] = [checkpoint(1), checkpoint(2), checkpoint(3), checkpoint(9)] as const;

describe('anchors of the audit trail in the object store (F49)', () => {
  it('say which checkpoint is the newest, in whichever order workers wrote them, and are few', async () => {
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([10, 20, 30, 40, 50, 59], { minLength: 1 }), async (seconds) => {
        const objects = await storeWith(...seconds.map((second) => checkpoint(second)));
        expect((await newest(objects))?.id).toBe(String(Math.max(...seconds)));
        expect(objects.objects.size).toBeLessThanOrEqual(3);
      }),
    );
  });

  it('outlive those before them also when the server that took over has its clock behind', async () => {
    const objects = await storeWith(checkpoint(40, 1), checkpoint(50, 2), checkpoint(59, 3), checkpoint(7, 4));
    expect((await newest(objects))?.id).toBe('4');
    for (const id of [9, 10]) await writeAnchor(objects, checkpoint(20 - id, id));
    expect((await newest(objects))?.id).toBe('10');
  });

  it('find a database that lacks the newest, or has another one in its place', async () => {
    const objects = await storeWith(two, three);
    const setBack = async (rows: Record<string, Checkpoint>): Promise<boolean> =>
      (await compareWithNewestAnchor({ objects, ring }, async (id) => rows[id]?.signature)).setBack;
    expect(await setBack({ 2: two, 3: three, 4: nine })).toBe(false);
    expect(await setBack({ 1: one, 2: two })).toBe(true);
    expect(await setBack({ 2: two, 3: checkpoint(5, 3) })).toBe(true);
  });

  it('say nothing while there is none', async () => {
    const objects = new MemoryObjectStore();
    await objects.put('tombstones/rc_0', Buffer.from('another thing'));
    const compared = await compareWithNewestAnchor({ objects, ring }, async () => undefined);
    expect(compared).toEqual({ newest: undefined, setBack: false });
  });

  it.each<[string, (objects: MemoryObjectStore, key: string) => void]>([
    ['junk in its place', (objects, key) => objects.objects.set(key, Buffer.from('junk'))],
    ['nothing in it', (objects, key) => objects.objects.set(key, Buffer.alloc(0))],
    [
      'an older one in its place',
      (objects, key) => objects.objects.set(key, objects.objects.get(keys(objects)[0] ?? '') ?? Buffer.alloc(0)),
    ],
    ['a later date on it', (objects, key) => objects.objects.set(key, altered(objects, key))],
    [
      'one of another ring after it',
      (objects) => void writeAnchor(objects, checkpoint(11, 11, new KeyRing(KeyRing.generate()))),
    ],
    ['something else beside it', (objects) => objects.objects.set('checkpoints/0', Buffer.from('{}'))],
  ])('are not passed over with %s: whoever writes there without the key lifts no refusal', async (_name, tamper) => {
    const objects = await storeWith(one, nine);
    tamper(objects, keys(objects).at(-1) ?? '');
    await expect(newest(objects)).rejects.toThrow(AnchorUnreadableError);
  });

  it('are not taken for unreadable when another worker removes one meanwhile, or the store is away', async () => {
    const objects = await storeWith(one, two);
    const get = objects.get.bind(objects);
    objects.get = async (key) => {
      if (key === keys(objects)[0]) await objects.delete(key);
      objects.get = get;
      return get(key);
    };
    expect((await newest(objects))?.id).toBe('2');
    objects.get = () => Promise.reject(new ObjectStoreUnavailableError('timeout', 'TEST'));
    await expect(newest(objects)).rejects.toThrow(ObjectStoreUnavailableError);
  });

  it('are not passed over when one is still listed and cannot be got: versions stay behind a plain delete', async () => {
    const objects = await storeWith(one, two, three);
    const get = objects.get.bind(objects);
    const hidden = keys(objects).at(-1) ?? '';
    objects.get = (key) => (key === hidden ? Promise.reject(new ObjectNotFoundError(key)) : get(key));
    await expect(newest(objects)).rejects.toThrow(new AnchorUnreadableError(hidden));
  });

  it('of a history that was given up are replaced, also by a database whose clock is behind', async () => {
    const objects = await storeWith(two, three, nine);
    objects.objects.set('checkpoints/0', Buffer.from('junk'));
    await replaceAnchors(objects, one);
    expect([await newest(objects), objects.objects.size]).toEqual([one, 1]);
  });
});

function altered(objects: MemoryObjectStore, key: string): Uint8Array {
  const point = JSON.parse(Buffer.from(objects.objects.get(key) ?? '').toString('utf8')) as Checkpoint;
  return Buffer.from(JSON.stringify({ ...point, headsSha256: '1'.repeat(64) }));
}
