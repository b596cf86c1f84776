import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { addPolicy, buildCore, type Core } from '../../test/model/core-stage.js';
import { rehearsalStage } from '../../test/support/rehearsal-stage.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { newId } from '../platform/ids/ids.js';
import { readReport } from './report/rehearsal-report.js';

/** In one chunk; the first two share name and birth date. */
const PEOPLE = 20;
const ALONE = 7;

let test: TestDatabase;
let core: Core;
let stage: ReturnType<typeof rehearsalStage>;
let policyId: string;
let alone: string;
let lookAtPage: typeof stage.accounts.page;

beforeAll(async () => {
  test = await openTestDatabase();
  core = buildCore(test.database);
  stage = rehearsalStage(test.database, core.ring);
  lookAtPage = stage.accounts.page.bind(stage.accounts);
  for (let at = 0; at < PEOPLE; at += 1) {
    const id = newId('sub', new Date());
    if (at === ALONE) alone = id;
    await put(id, { login: `person.${at}`, birthDate: `1950-01-${String(Math.max(1, at) + 10)}` });
  }
});
afterAll(() => test.close());
beforeEach(async () => {
  ({ id: policyId } = await addPolicy(core, { include: ['staff'], providers: ['sandbox'] }));
});
afterEach(() => {
  stage.accounts.page = lookAtPage;
});

/** In a transaction of its own, which waits for nobody. */
async function put(id: string, change: object): Promise<void> {
  await test.database.transaction(async (tx) => {
    await tx.run`SET LOCAL lock_timeout = '2s'`;
    const before = (await core.subjects.find(tx, id))?.profile.reveal();
    const profile = {
      ...{ login: '', displayName: 'Test Person', givenName: 'Test', familyName: 'Person', phones: [], emails: [] },
      formerEmails: [],
      ...before,
      ...change,
    };
    await core.subjects.put(tx, { id, input: { profile, groups: ['staff'], privileged: false, status: 'active' } });
  });
}

/** Does something at the moment at which a chunk reads its accounts, so many times. */
function whileRead(times: number, work: () => Promise<void>): void {
  let left = times;
  stage.accounts.page = async (...of) => {
    if (left-- > 0) await work();
    return lookAtPage(...of);
  };
}

const actor = { kind: 'person', id: 'operator' } as const;
const look = (id: string) => test.database.read((tx) => stage.rehearsals.require(tx, id));
const chunk = (rehearsalId: string) =>
  test.database.transaction((tx) => stage.walk.chunk(tx, { rehearsalId, last: false }));
const announced = async (rehearsalId: string): Promise<number> =>
  (
    await test.database.read(
      (tx) => tx.many`SELECT 1 FROM outbox WHERE event = 'rehearsal.due' AND payload->>'rehearsalId' = ${rehearsalId}`,
    )
  ).length;
/** A rehearsal that has indexed all names and looked at nobody yet. */
async function started(): Promise<string> {
  const { id } = await test.database.transaction((tx) => stage.rehearsals.start(tx, { policyId, actor }));
  while (!(await look(id)).indexed) await chunk(id);
  return id;
}
const FINISHED = { state: 'finished', done: PEOPLE };
async function expectTruth(id: string): Promise<void> {
  expect(await look(id)).toMatchObject(FINISHED);
  const { causes, collisions } = await test.database.read(async (tx) =>
    readReport(tx, await stage.rehearsals.require(tx, id)),
  );
  expect(collisions).toEqual([{ sharedWith: 1, accounts: 2 }]);
  expect(causes.find(({ code }) => code === 'name_shared')).toMatchObject({ accounts: 2 });
}

describe('a rehearsal during which accounts change', () => {
  it('T65 stores nothing of a chunk that an account changed in, and looks at it again when the index is whole', async () => {
    const id = await started();
    whileRead(1, () => put(alone, { givenName: 'Renamed' }));
    expect(await chunk(id)).toBe('more');
    expect(await look(id)).toMatchObject({ state: 'running', indexed: false, done: 0 });
    await stage.walk.stretch(id);
    await expectTruth(id);
  });

  it('T65 goes on in another job when accounts change all the time, and says nothing false meanwhile', async () => {
    const id = await started();
    let times = 0;
    whileRead(100, () => put(alone, { givenName: `Renamed${(times += 1)}` }));
    await stage.walk.stretch(id);
    expect(times).toBeLessThan(20);
    expect(await look(id)).toMatchObject({ state: 'running', done: 0 });
    expect(await announced(id)).toBe(2);
    stage.accounts.page = lookAtPage;
    await stage.walk.stretch(id);
    await expectTruth(id);
  });

  it('keeps no account from being changed while it compares others, not even one that it has just indexed', async () => {
    const id = await started();
    await put(alone, { givenName: 'Renamed' });
    whileRead(1, () => put(alone, { givenName: 'Test' }));
    await stage.walk.stretch(id);
    await expectTruth(id);
  });
});
