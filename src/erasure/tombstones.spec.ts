import { describe, expect, it } from '@jest/globals';
import { MemoryObjectStore } from '../../test/model/memory-object-store.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { ObjectStoreUnavailableError } from '../platform/storage/object-store.errors.js';
import {
  pruneTombstones,
  resealTombstones,
  tombstoneKeys,
  tombstones,
  writeTombstone,
  type Graveyard,
} from './tombstones.js';

const STONE = { caseId: 'rc_0', pictures: 2, providers: { alpha: 'erased' as const } };
const OTHER = { ...STONE, caseId: 'rc_1' };

interface MemoryGraveyard extends Graveyard {
  objects: MemoryObjectStore;
}
const graveyard = (): MemoryGraveyard => ({
  objects: new MemoryObjectStore(),
  ring: new KeyRing(KeyRing.generate()),
});

async function all(yard: Graveyard): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const stone of tombstones(yard)) found.push(stone);
  return found;
}

describe('notes of erasures (F49)', () => {
  it('are read back, one for a case however often it was written', async () => {
    const yard = graveyard();
    await writeTombstone(yard, STONE);
    await writeTombstone(yard, STONE);
    await yard.objects.put('evidence/0', Buffer.from('something else'));
    expect(await all(yard)).toEqual([STONE]);
  });

  it('of which one cannot be read do not hide the others', async () => {
    const yard = graveyard();
    await yard.objects.put('tombstones/rc_-0', Buffer.from('{}'));
    await yard.objects.put('tombstones/rc_-1', Buffer.alloc(0));
    await writeTombstone(yard, STONE);
    expect(await all(yard)).toEqual([undefined, undefined, STONE]);
  });

  it('count for nothing when somebody else made them, or put one in the place of another', async () => {
    const yard = graveyard();
    await writeTombstone({ ...yard, ring: new KeyRing(KeyRing.generate()) }, STONE);
    await yard.objects.put('tombstones/rc_2', Buffer.from(JSON.stringify({ ...STONE, caseId: 'rc_2' })));
    await writeTombstone(yard, OTHER);
    await yard.objects.put('tombstones/rc_3', await yard.objects.get('tombstones/rc_1'));
    expect(await all(yard)).toEqual([undefined, OTHER, undefined, undefined]);
  });

  it('are not taken for unreadable while the store is away', async () => {
    const yard = graveyard();
    await writeTombstone(yard, STONE);
    yard.objects.get = () => Promise.reject(new ObjectStoreUnavailableError('timeout', 'TEST'));
    await expect(all(yard)).rejects.toThrow(ObjectStoreUnavailableError);
  });

  it('are put under the active key, also beside one that cannot be read, and stay what they are', async () => {
    const [before, after] = ['k1', 'k2'].map((id) => KeyRing.generate(id).keys).flat();
    const yard = graveyard();
    await writeTombstone({ ...yard, ring: new KeyRing({ keys: [before] }) }, STONE);
    await yard.objects.put('tombstones/rc_00', Buffer.from('junk'));
    const ring = new KeyRing({ keys: [before, after] });
    await writeTombstone({ ...yard, ring }, OTHER);
    expect((await tombstoneKeys(yard.objects)).get('k1')).toBe(1);
    expect(await resealTombstones({ ...yard, ring })).toEqual({ resealed: 1, unreadable: 1 });
    expect((await tombstoneKeys(yard.objects)).get('k1')).toBeUndefined();
    expect(await all({ ...yard, ring: new KeyRing({ keys: [after] }) })).toEqual([STONE, undefined, OTHER]);
  });

  it('go once no backup is older', async () => {
    const yard = graveyard();
    await writeTombstone(yard, STONE);
    expect(await pruneTombstones(yard.objects, new Date(0))).toBe(0);
    expect(await pruneTombstones(yard.objects, new Date(1))).toBe(1);
    expect(await all(yard)).toEqual([]);
  });
});
