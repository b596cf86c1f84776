import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addPerson, buildCore, type Core } from '../../test/model/core-stage.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { AccountWalk } from '../directory/account-walk.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { SavedCodes } from './saved-codes.js';

const HOUR_MS = 3_600_000;
const [old] = KeyRing.generate('k1').keys;
const [active] = KeyRing.generate('k2').keys;
const before = new KeyRing({ keys: [old] });
/** The old key ends so many hours from now; it has no end where none are given. */
const rotated = (hours?: number): KeyRing => {
  const acceptedUntil = hours === undefined ? undefined : new Date(Date.now() + hours * HOUR_MS).toISOString();
  return new KeyRing({ keys: [{ ...old, acceptedUntil }, active] });
};

let test: TestDatabase;
let core: Core;
let subjectId: string;
let code: string;

beforeAll(async () => {
  test = await openTestDatabase();
  core = buildCore(test.database, { ring: before });
  ({ id: subjectId } = await addPerson(core));
  ({ code } = await test.database.transaction((tx) => codesUnder(before).replace(tx, subjectId)));
  await test.database.transaction((tx) => codesUnder(before).markKept(tx, subjectId));
});
afterAll(() => test.close());

const codesUnder = (ring: KeyRing): SavedCodes => new SavedCodes(ring, core.clock);
/** What its holder is told of the code, what a rehearsal takes it for, and whether it works. */
const told = (ring: KeyRing) =>
  test.database.transaction(async (tx) => {
    const { keptAt, due } = await codesUnder(ring).status(tx, subjectId);
    const { accounts } = await new AccountWalk(ring).page(tx, '', 10);
    const works = await codesUnder(ring).matches(tx, subjectId, code);
    return { kept: keptAt !== null, due, rehearsed: accounts.map(({ hasSavedCode }) => hasSavedCode), works };
  });

describe('a saved code whose key was given an end (T117)', () => {
  it('T117: counts and is not due while its key has no end', async () => {
    expect(await told(rotated())).toEqual({ kept: true, due: false, rehearsed: [true], works: true });
  });

  it('T117: is due, and no rehearsal leans on it, while it still works', async () => {
    expect(await told(rotated(1))).toEqual({ kept: true, due: true, rehearsed: [false], works: true });
  });

  it('T117: is due, and as good as none, once it works no more', async () => {
    expect(await told(rotated(-1))).toEqual({ kept: false, due: true, rehearsed: [false], works: false });
  });

  it('T117: is due when its key was taken away', async () => {
    const status = await test.database.transaction((tx) =>
      codesUnder(new KeyRing({ keys: [active] })).status(tx, subjectId),
    );
    expect(status).toEqual({ createdAt: null, keptAt: null, due: true });
  });

  it('T117: is due no more once its holder made another one', async () => {
    const ring = rotated(1);
    const next = await test.database.transaction((tx) => codesUnder(ring).replace(tx, subjectId));
    await test.database.transaction((tx) => codesUnder(ring).markKept(tx, subjectId));
    code = next.code;
    expect(await told(ring)).toEqual({ kept: true, due: false, rehearsed: [true], works: true });
  });
});
