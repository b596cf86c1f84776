import { describe, expect, it } from '@jest/globals';
import { MemoryObjectStore } from '../../test/model/memory-object-store.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { compareTrail, type SealedTrail } from './anchor-check.js';

const ring = new KeyRing(KeyRing.generate());
const trail = (hasCheckpoints: boolean): SealedTrail => ({
  signatureOf: async () => undefined,
  hasCheckpoints: async () => hasCheckpoints,
});
const compare = async (objects: MemoryObjectStore, hasCheckpoints = true): Promise<string[]> =>
  (await compareTrail(trail(hasCheckpoints), { objects, ring })).map(({ verdict, detail }) => `${verdict}: ${detail}`);

/** That a set-back database is refused is told by test/integration/start-checks.int-spec.ts. */
describe('the anchors of a process that starts', () => {
  it('may be missing before anything was sealed; afterwards that is worth a warning', async () => {
    expect(await compare(new MemoryObjectStore(), false)).toEqual(['ok: nothing was sealed yet']);
    expect(await compare(new MemoryObjectStore())).toEqual([
      'warning: the object store knows no checkpoint: a database that was set back would not be noticed',
    ]);
  });

  it('are a fault when one of them is none', async () => {
    const objects = new MemoryObjectStore();
    await objects.put('checkpoints/000000000000000009-20991231t235959999999z', Buffer.from('junk'));
    expect(await compare(objects)).toEqual([
      'fault: the anchor checkpoints/000000000000000009-20991231t235959999999z is damaged, hidden by a delete, or was not made with this key ring',
    ]);
  });

  it('are not known while the store is away, which is worth a warning', async () => {
    const objects = new MemoryObjectStore();
    objects.down = true;
    expect(await compare(objects)).toEqual([
      'warning: the object store does not answer: whether the database was set back is not known',
    ]);
  });
});
