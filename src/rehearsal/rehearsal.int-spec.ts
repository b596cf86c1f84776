import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { addPolicy, buildCore, type Core } from '../../test/model/core-stage.js';
import { rehearsalStage } from '../../test/support/rehearsal-stage.js';
import { removePolicies } from '../../test/support/remove-policies.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { assuranceLevelOf, recordAssuranceLevel } from '../directory/assurance-level.js';
import { newId } from '../platform/ids/ids.js';
import type { Policy } from '../policy/policy.js';
import { removePolicy } from '../policy/policy-rows.js';
import { readReport } from './report/rehearsal-report.js';

let test: TestDatabase;
let core: Core;
let stage: ReturnType<typeof rehearsalStage>;
let policy: Policy;

const OPERATOR = { kind: 'person', id: 'operator' } as const;
/** More than one chunk of 500. */
const PEOPLE = 620;

beforeAll(async () => {
  test = await openTestDatabase();
  core = buildCore(test.database);
  stage = rehearsalStage(test.database, core.ring);
  await test.database.transaction(async (tx) => {
    for (let at = 0; at < PEOPLE; at++) {
      const login = `person.${at}`;
      const birthDate = new Date(Date.UTC(1950, 0, 1 + (at === 1 ? 0 : at))).toISOString().slice(0, 10);
      const profile = {
        ...{ login, displayName: 'Test Person', givenName: 'Test', familyName: 'Person', birthDate, phones: [] },
        emails: at === 2 ? [] : ['one@example.org', 'two@example.org'],
        formerEmails: [],
      };
      const input = { profile, groups: at < 600 ? ['staff'] : [], privileged: false, status: 'active' as const };
      await core.subjects.put(tx, { id: newId('sub', new Date()), input });
    }
  });
});
afterAll(() => test.close());
beforeEach(async () => {
  policy = await addPolicy(core, { include: ['staff'], providers: ['sandbox'] });
});

const start = async (): Promise<string> =>
  (await test.database.transaction((tx) => stage.rehearsals.start(tx, { policyId: policy.id, actor: OPERATOR }))).id;
const look = (id: string) => test.database.read((tx) => stage.rehearsals.require(tx, id));
const chunk = (rehearsalId: string, last = false) =>
  test.database.transaction((tx) => stage.walk.chunk(tx, { rehearsalId, last }));
const announced = async (rehearsalId: string): Promise<number> =>
  (
    await test.database.read(
      (tx) => tx.many`SELECT 1 FROM outbox WHERE event = 'rehearsal.due' AND payload->>'rehearsalId' = ${rehearsalId}`,
    )
  ).length;
const report = (id: string) => test.database.read(async (tx) => readReport(tx, await stage.rehearsals.require(tx, id)));
const causes = async (id: string): Promise<Record<string, number>> =>
  Object.fromEntries((await report(id)).causes.map(({ code, accounts }) => [code, accounts]));
const toAccounts = async (id: string): Promise<void> => {
  while (!(await look(id)).indexed) await chunk(id);
};

describe('a rehearsal', () => {
  it('looks at every account once, and counts what it finds', async () => {
    const id = await start();
    expect(await announced(id)).toBe(1);
    await stage.walk.stretch(id);
    expect(await look(id)).toMatchObject({ state: 'finished', done: PEOPLE, total: PEOPLE });
    const found = await report(id);
    expect(found.outcomes).toEqual(
      expect.arrayContaining([
        { outcome: 'not_covered', accounts: 20 },
        { outcome: 'not_recoverable', accounts: 600 },
      ]),
    );
    expect(found.collisions).toEqual([{ sharedWith: 1, accounts: 2 }]);
    const accounts = (code: string) => found.causes.find((cause) => cause.code === code)?.accounts;
    expect(['record_missing', 'address_missing', 'name_shared', 'no_profile'].map(accounts)).toEqual([620, 1, 2, 20]);
  });

  it('goes on where it was when a chunk is cut off, and counts nothing twice', async () => {
    const id = await start();
    await toAccounts(id);
    await chunk(id);
    const cutOff = test.database.transaction(async (tx) => {
      await stage.walk.chunk(tx, { rehearsalId: id, last: false });
      throw new Error('killed before the commit');
    });
    await expect(cutOff).rejects.toThrow('killed');
    expect(await look(id)).toMatchObject({ state: 'running', done: 500 });
    await stage.walk.stretch(id);
    expect(await look(id)).toMatchObject({ state: 'finished', done: PEOPLE });
    expect((await report(id)).outcomes.reduce((sum, { accounts }) => sum + accounts, 0)).toBe(PEOPLE);
  });

  it('is taken further by one worker at a time', async () => {
    const id = await start();
    await toAccounts(id);
    await test.database.transaction(async (tx) => {
      expect(await stage.walk.chunk(tx, { rehearsalId: id, last: false })).toBe('more');
      expect(await chunk(id)).toBe('over');
    });
    await Promise.all([stage.walk.stretch(id), stage.walk.stretch(id)]);
    await stage.walk.stretch(id);
    expect(await look(id)).toMatchObject({ state: 'finished', done: PEOPLE });
  });

  it('asks for the next job with the last chunk of one', async () => {
    const id = await start();
    expect(await chunk(id, true)).toBe('more');
    expect(await announced(id)).toBe(2);
  });

  it('stops when it is cancelled, and keeps what it found', async () => {
    const id = await start();
    await toAccounts(id);
    await chunk(id);
    await test.database.transaction((tx) => stage.rehearsals.cancel(tx, { id, actor: OPERATOR }));
    expect(await chunk(id)).toBe('over');
    expect(await look(id)).toMatchObject({ state: 'cancelled', done: 500 });
    const again = test.database.transaction((tx) => stage.rehearsals.cancel(tx, { id, actor: OPERATOR }));
    await expect(again).rejects.toMatchObject({ code: 'wrong_state' });
  });

  it('stops when its profile is removed', async () => {
    const id = await start();
    await toAccounts(id);
    await test.database.transaction((tx) => removePolicy(tx, policy.id));
    await stage.walk.stretch(id);
    expect((await look(id)).state).toBe('policy_removed');
  });

  it('is one per profile at a time, and the last five are kept', async () => {
    await start();
    await expect(start()).rejects.toMatchObject({ code: 'request_in_progress', options: { retryAfterSeconds: 10 } });
    for (let run = 0; run < 7; run++) {
      const [latest] = await test.database.read((tx) =>
        stage.rehearsals.ofPolicy(tx, { policyId: policy.id, limit: 20 }),
      );
      await test.database.transaction((tx) => stage.rehearsals.cancel(tx, { id: latest?.id ?? '', actor: OPERATOR }));
      await start();
    }
    expect(
      await test.database.read((tx) => stage.rehearsals.ofPolicy(tx, { policyId: policy.id, limit: 20 })),
    ).toHaveLength(5);
  });
});

describe('a rehearsal of accounts that other accounts are in the way of', () => {
  const UNDOING = new Error('undone');
  const record = (documentNumber: string, birthDate: string) => ({
    ...{ level: 'IAL2', evidenceKinds: ['passport'], proofedAt: new Date() },
    attributes: { givenName: 'Test', familyName: 'Person', birthDate, documentNumber, issuingCountry: 'GBR' },
  });

  it('T64 T65 says what a decision would: an undated namesake, a date in part, one document on two records', async () => {
    const work = test.database.transaction(async (tx) => {
      const { accounts } = await stage.accounts.page(tx, '', 12);
      const alone = accounts.filter(({ profile }) => profile.reveal().birthDate !== '1950-01-01');
      const [partial = '', undated = '', dated = '', first = '', second = ''] = alone.map(({ id }) => id);
      const put = async (id: string, change: object): Promise<void> => {
        const account = await core.subjects.find(tx, id);
        if (!account) throw new Error('nobody is there');
        const profile = { ...account.profile.reveal(), ...change };
        await core.subjects.put(tx, {
          id: account.id,
          input: { profile, groups: ['staff'], privileged: false, status: 'active' },
        });
      };
      await put(partial, { birthDate: '1950-01-00', givenName: 'Some', familyName: 'Body' });
      await put(undated, { birthDate: undefined, givenName: 'William', familyName: 'Namesake' });
      await put(dated, { givenName: 'Bill', familyName: 'Namesake' });
      for (const [subjectId, day] of [
        [first, '2001-01-06'],
        [second, '2001-01-07'],
      ] as const)
        await core.records.put(tx, { subjectId, input: record('SAME0001', day) });
      // What they were called before does not count any more.
      await tx.run`UPDATE subjects SET former_names_sealed = NULL, former_names_until = NULL`;
      const { id } = await stage.rehearsals.start(tx, { policyId: policy.id, actor: OPERATOR });
      while ((await stage.walk.chunk(tx, { rehearsalId: id, last: false })) === 'more');
      const found = await tx.many<{ subjectId: string; code: string }>`
        SELECT subject_id, code FROM rehearsal_subjects, unnest(codes) AS code
        WHERE rehearsal_id = ${id} AND subject_id = ANY(${[partial, undated, dated, first, second]}::text[])
          AND code IN ('name_shared', 'document_shared', 'birth_date_partial', 'birth_date_missing') ORDER BY code`;
      expect(found).toEqual([
        { subjectId: undated, code: 'birth_date_missing' },
        { subjectId: partial, code: 'birth_date_partial' },
        { subjectId: second, code: 'document_shared' },
        { subjectId: dated, code: 'name_shared' },
      ]);
      throw UNDOING;
    });
    await expect(work).rejects.toBe(UNDOING);
  });
});

describe('the walk through the directory', () => {
  it('says what the single look-ups say', async () => {
    const { accounts: page } = await test.database.read((tx) => stage.accounts.page(tx, '', 4));
    const [first] = page;
    if (!first) throw new Error('nobody is there');
    await test.database.transaction(async (tx) => {
      await tx.run`UPDATE subjects SET version = version + 1 WHERE id = ${first.id}`;
      await recordAssuranceLevel(tx, first.id, 'AAL1');
      const input = {
        level: 'IAL2',
        evidenceKinds: ['passport'],
        proofedAt: new Date(),
        attributes: { givenName: 'Test' },
      };
      await core.records.put(tx, { subjectId: first.id, input: { ...input, level: 'IAL1' } });
      await core.records.put(tx, { subjectId: first.id, input });
    });
    const {
      accounts: [again],
    } = await test.database.read((tx) => stage.accounts.page(tx, '', 1));
    const subject = await test.database.read((tx) => core.subjects.find(tx, first.id));
    expect(again?.profile.reveal()).toEqual(subject?.profile.reveal());
    expect(again?.record?.attributes.reveal()).toEqual({ givenName: 'Test' });
    expect(again).toMatchObject({
      assuranceLevel: await test.database.read((tx) => assuranceLevelOf(tx, first.id)),
      strengthKnown: true,
      record: { coolingOff: true, hasPortrait: false },
    });
    const ids = [...page.map(({ id }) => id)];
    expect(ids).toEqual([...ids].sort());
    expect(await test.database.read((tx) => stage.accounts.page(tx, 'sub_z', 4))).toEqual({
      accounts: [],
      unreadable: [],
    });
  });

  it('T65 goes past an account that cannot be opened, and says which it is', async () => {
    const flip = (id: string) =>
      test.database.transaction(
        (tx) => tx.run`UPDATE subjects SET profile_sealed = set_byte(profile_sealed, length(profile_sealed) - 1,
          255 - get_byte(profile_sealed, length(profile_sealed) - 1)) WHERE id = ${id}`,
      );
    const { accounts } = await test.database.read((tx) => stage.accounts.page(tx, '', 500));
    const broken = accounts.find(({ groups }) => groups.includes('staff'))?.id ?? '';
    await flip(broken);
    await removePolicies(test.database, { but: policy.id });
    const id = await start();
    await stage.walk.stretch(id);
    expect(await look(id)).toMatchObject({ state: 'finished', done: PEOPLE, total: PEOPLE });
    const rows = await test.database.read(
      (tx) => tx.many<{ subjectId: string; codes: string[] }>`
        SELECT subject_id, codes FROM rehearsal_subjects WHERE rehearsal_id = ${id} AND 'account_unreadable' = ANY(codes)`,
    );
    expect(rows).toEqual([{ subjectId: broken, codes: ['account_unreadable'] }]);
    // No decision tells anybody else from it by name, and so says the rehearsal.
    expect(await causes(id)).toMatchObject({ namesake_unreadable: 599 });
    await flip(broken);
  });
});
