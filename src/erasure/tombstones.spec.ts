import { describe, expect, it } from '@jest/globals';
import { MemoryObjectStore } from '../../test/model/memory-object-store.js';
import { pruneTombstones, tombstones, writeTombstone } from './tombstones.js';

const STONE = { caseId: 'rc_0', pictures: 2, providers: { alpha: 'erased' as const } };

async function all(objects: MemoryObjectStore): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const stone of tombstones(objects)) found.push(stone);
  return found;
}

describe('notes of erasures (F49)', () => {
  it('are read back, one for a case however often it was written', async () => {
    const objects = new MemoryObjectStore();
    await writeTombstone(objects, STONE);
    await writeTombstone(objects, STONE);
    await objects.put('evidence/0', Buffer.from('something else'));
    expect(await all(objects)).toEqual([STONE]);
  });

  it('that cannot be read stop whoever reads them: an erasure could be forgotten', async () => {
    const objects = new MemoryObjectStore();
    await objects.put('tombstones/rc_1', Buffer.from('{}'));
    await expect(all(objects)).rejects.toThrow();
  });

  it('go once no backup is older', async () => {
    const objects = new MemoryObjectStore();
    await writeTombstone(objects, STONE);
    expect(await pruneTombstones(objects, new Date(0))).toBe(0);
    expect(await pruneTombstones(objects, new Date(1))).toBe(1);
    expect(await all(objects)).toEqual([]);
  });
});
