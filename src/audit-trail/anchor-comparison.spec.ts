import { sign } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { MemoryObjectStore } from '../../test/model/memory-object-store.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import type { Database } from '../platform/database/database.js';
import { AnchorComparison } from './anchor-comparison.js';
import { writeAnchor } from './anchors.js';
import { GENESIS, signedText } from './checkpoints.js';

const ring = new KeyRing(KeyRing.generate());
const unsigned = {
  id: '7',
  createdText: '2026-11-26T20:00:00.000001Z',
  previousSha256: GENESIS,
  headsSha256: GENESIS,
  headCount: 1,
};
const { id: keyId, privateKey } = ring.signingKey('audit-signature');
const point = {
  ...unsigned,
  signature: `${keyId}.${sign(null, signedText(unsigned), privateKey).toString('base64url')}`,
};

describe('a process that started while the object store was away (F49)', () => {
  const objects = new MemoryObjectStore();
  let reported: string[];
  let inDatabase: string | undefined;
  const database = { read: async () => inDatabase } as unknown as Pick<Database, 'read'>;
  const comparison = (): AnchorComparison =>
    new AnchorComparison({ database, objects, ring, report: (type) => void reported.push(type) });
  beforeEach(async () => {
    objects.objects.clear();
    objects.down = false;
    await writeAnchor(objects, point);
    inDatabase = point.signature;
    reported = [];
  });

  it('is ready once the store answers and knows nothing that the database lacks', async () => {
    const compared = comparison();
    objects.down = true;
    await expect(compared.check()).rejects.toMatchObject({ name: 'ObjectStoreUnavailableError' });
    await expect(compared.check()).rejects.toMatchObject({ name: 'ObjectStoreUnavailableError' });
    objects.down = false;
    await compared.check();
    expect(reported).toEqual([]);
    objects.down = true;
    await compared.check();
  });

  it('is never ready on a database that was set back, and says so once', async () => {
    const compared = comparison();
    inDatabase = undefined;
    await expect(compared.check()).rejects.toThrow('set back');
    await expect(compared.check()).rejects.toThrow('set back');
    expect(reported).toEqual(['database_set_back']);
  });

  it('is not ready beside an anchor that is none', async () => {
    const compared = comparison();
    objects.objects.set('checkpoints/0', Buffer.from('junk'));
    await expect(compared.check()).rejects.toThrow('checkpoints/0');
    expect(reported).toEqual(['anchor_unreadable']);
  });
});
