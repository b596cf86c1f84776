import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addPerson, addPolicy, buildCore, openCase, type Core } from '../../../test/model/core-stage.js';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { CaseKeys, CaseShreddedError } from './case-keys.js';
import { KeyRing } from './key-ring.js';
import { SealBrokenError } from './sealing.js';

let test: TestDatabase;
let core: Core;
let caseId: string;
let otherId: string;

beforeAll(async () => {
  test = await openTestDatabase();
  core = buildCore(test.database);
  const policy = await addPolicy(core);
  const open = async (): Promise<string> =>
    (await openCase(core, { policy, subjectId: (await addPerson(core)).id })).id;
  [caseId, otherId] = [await open(), await open()];
});
afterAll(() => test.close());

const seal = (id: string, use: string, plain = 'plain'): Promise<Buffer> =>
  test.database.transaction((tx) => core.keys.seal(tx, id, { plain, use }));
const open = (id: string, use: string, sealed: Uint8Array): Promise<string> =>
  test.database.transaction(async (tx) => (await core.keys.open(tx, id, { sealed, use })).toString());

describe('a case’s own key', () => {
  it('opens what it sealed, texts and bytes alike', async () => {
    expect(await open(caseId, 'reason', await seal(caseId, 'reason', 'naïve 😀'))).toBe('naïve 😀');
  });

  it('opens the same with the wrap at hand, and with another case’s wrap nothing', async () => {
    const wrapOf = (id: string): Promise<{ wrapped: Buffer }> =>
      test.database.read(
        (tx) => tx.one<{ wrapped: Buffer }>`SELECT wrapped_sealed AS wrapped FROM case_keys WHERE case_id = ${id}`,
      );
    const value = { sealed: await seal(caseId, 'reason'), use: 'reason' };
    const { wrapped } = await wrapOf(caseId);
    expect(core.keys.openWith(wrapped, caseId, value).toString()).toBe('plain');
    const others = await wrapOf(otherId);
    for (const id of [caseId, otherId])
      expect(() => core.keys.openWith(others.wrapped, id, value)).toThrow(SealBrokenError);
  });

  it('opens nothing of another case or another use', async () => {
    const sealed = await seal(caseId, 'reason');
    await expect(open(otherId, 'reason', sealed)).rejects.toThrow(SealBrokenError);
    await expect(open(caseId, 'call-code', sealed)).rejects.toThrow(SealBrokenError);
  });

  it('cannot be swapped for another case’s wrap by whoever can write the table', async () => {
    const sealed = await seal(caseId, 'reason');
    const swapped = test.database.transaction(async (tx) => {
      await tx.run`UPDATE case_keys SET wrapped_sealed = (SELECT wrapped_sealed FROM case_keys WHERE case_id = ${otherId}) WHERE case_id = ${caseId}`;
      return core.keys.open(tx, caseId, { sealed, use: 'reason' });
    });
    await expect(swapped).rejects.toThrow(SealBrokenError);
  });

  it('is wrapped by the ring: without the ring’s key nothing opens', async () => {
    const sealed = await seal(caseId, 'reason');
    const stranger = new CaseKeys(new KeyRing(KeyRing.generate('k1')));
    await expect(
      test.database.transaction((tx) => stranger.open(tx, caseId, { sealed, use: 'reason' })),
    ).rejects.toThrow(SealBrokenError);
  });

  it('is destroyed once: afterwards nothing opens, nothing seals, and the wrap is not in the table', async () => {
    const sealed = await seal(caseId, 'reason');
    const shreds = await Promise.all(
      Array.from({ length: 4 }, () => test.database.transaction((tx) => core.keys.shred(tx, caseId))),
    );
    expect(shreds.filter(Boolean)).toHaveLength(1);
    await expect(open(caseId, 'reason', sealed)).rejects.toThrow(CaseShreddedError);
    await expect(seal(caseId, 'reason')).rejects.toThrow(CaseShreddedError);
    const row = await test.database.read(
      (tx) =>
        tx.one<{
          wrappedSealed: Buffer | null;
          shreddedAt: Date;
        }>`SELECT wrapped_sealed, shredded_at FROM case_keys WHERE case_id = ${caseId}`,
    );
    expect([row.wrappedSealed, row.shreddedAt instanceof Date]).toEqual([null, true]);
  });

  it('of an unknown case is no key at all', async () => {
    await expect(seal('rc_00000000000000000000000000', 'reason')).rejects.toThrow(CaseShreddedError);
  });
});
