import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { codeOf } from '../../test/model/browser-stub.js';
import { addPolicy, buildCore, type Core } from '../../test/model/core-stage.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { newId } from '../platform/ids/ids.js';
import { isPrivileged, type Policy } from '../policy/policy.js';
import { pruneReplacedStandings } from './replaced-standings.js';
import type { Subject } from './subject.js';

let test: TestDatabase;
let core: Core;
const profiles: Record<string, Policy> = {};

/** `careful` asks more than `easy` in each of these. */
beforeAll(async () => {
  test = await openTestDatabase();
  core = buildCore(test.database);
  profiles.careful = await addPolicy(core, {
    include: ['careful'],
    priority: 2,
    providers: ['sandbox', 'local'],
    limits: {
      caseTtlSeconds: 600,
      linkTtlSeconds: 600,
      tokenTtlSeconds: 600,
      attempts: 1,
      accountAttempts: 10,
      accountWindowSeconds: 21_600,
    },
  });
  profiles.easy = await addPolicy(core, {
    include: ['easy'],
    priority: 1,
    providers: ['local', 'sandbox'],
    authorization: { privilegedNeedsSecondPerson: true, privilegedGroups: ['admins'] },
  });
});
afterAll(() => test.close());

interface Standing {
  groups: string[];
  privileged?: boolean;
}

const put = async (id: string, { groups, privileged = false }: Standing): Promise<Subject> => {
  const login = `person.${id.slice(-12).toLowerCase()}`;
  const names = { login, displayName: 'Test Person', givenName: 'Test', familyName: 'Person' };
  const profile = { ...names, emails: [`${login}@example.org`], phones: [], formerEmails: [] };
  const input = { profile, groups, privileged, status: 'active' as const };
  return (await test.database.transaction((tx) => core.subjects.put(tx, { id, input }))).subject;
};

/** An account that has stood like this for longer than its first day. */
async function settled(standing: Standing): Promise<string> {
  const id = newId('sub', new Date());
  await put(id, standing);
  await test.database.transaction(
    (tx) => tx.run`UPDATE subjects SET created_at = created_at - interval '25 hours' WHERE id = ${id}`,
  );
  return id;
}

/** By the owner of the tables: the service itself can change none of these rows. */
const weekLater = (id: string): Promise<void> =>
  test.asOwner(`UPDATE subject_standings SET replaced_at = replaced_at - interval '7 days' WHERE subject_id = $1`, [
    id,
  ]);
const privileged = (id: string): Promise<boolean | undefined> =>
  test.database.read(async (tx) => (await core.subjects.find(tx, id))?.privileged);
const start = (id: string): Promise<string> =>
  codeOf(core.service.open({ subject: { id }, delivery: { channel: 'email' }, reason: 'x' }, agent));
const agent = { kind: 'person' as const, id: `agent.${randomBytes(3).toString('hex')}`, scopes: new Set<string>() };
const caseOf = (subjectId: string) =>
  test.database.read(
    (tx) => tx.one<{
      id: string;
      policyId: string;
      policyVersion: number;
      subjectId: string;
      attemptsAllowed: number;
      state: string;
    }>`
      SELECT * FROM recovery_cases WHERE subject_id = ${subjectId}`,
  );

describe('an account that is privileged no more (rule 10, T49)', () => {
  it('T49: counts as privileged for another week, whatever the directory says', async () => {
    const id = await settled({ groups: ['easy'], privileged: true });
    const changed = await put(id, { groups: ['easy'] });
    expect(changed).toMatchObject({ privileged: true, markedPrivileged: false });
    expect(await privileged(id)).toBe(true);
    await start(id);
    expect((await caseOf(id)).state).toBe('awaiting_authorization');
    await weekLater(id);
    expect(await privileged(id)).toBe(false);
  });

  it('T49: is not made to forget by a second change', async () => {
    const id = await settled({ groups: ['easy'], privileged: true });
    await put(id, { groups: ['easy'] });
    await put(id, { groups: ['easy', 'other'] });
    await put(id, { groups: ['easy'] });
    expect(await privileged(id)).toBe(true);
  });

  it('T49: counts for another week as a member of a privileged group that it left', async () => {
    const id = await settled({ groups: ['easy', 'admins'] });
    const left = await put(id, { groups: ['easy'] });
    expect(left).toMatchObject({ groups: ['easy'], recentGroups: ['admins', 'easy'], privileged: false });
    await start(id);
    const opened = await caseOf(id);
    expect(opened.state).toBe('awaiting_authorization');
    const counts = () =>
      test.database.read(async (tx) => {
        const subject = await core.subjects.find(tx, id);
        return subject && isPrivileged(await core.policies.strictest(tx, opened), subject);
      });
    expect(await counts()).toBe(true);
    await weekLater(id);
    expect(await counts()).toBe(false);
  });

  it('is privileged at once when it becomes so', async () => {
    const id = await settled({ groups: ['easy'] });
    expect(await put(id, { groups: ['easy'], privileged: true })).toMatchObject({ privileged: true });
  });

  it('may be set right on its first day', async () => {
    const id = newId('sub', new Date());
    await put(id, { groups: ['easy'], privileged: true });
    await put(id, { groups: ['easy'] });
    expect(await privileged(id)).toBe(false);
  });
});

describe('an account that was moved to another group (rule 10, T49)', () => {
  it('T49: is recovered by the stricter of both profiles for a week', async () => {
    const id = await settled({ groups: ['careful'] });
    await put(id, { groups: ['easy'] });
    expect(await start(id)).toBe('done');
    const opened = await caseOf(id);
    expect(opened).toMatchObject({ policyId: profiles.easy?.id, attemptsAllowed: 1 });
    const look = () =>
      test.database.read(async (tx) => ({
        attempts: (await core.policies.strictest(tx, opened)).limits.attempts,
        localFirst: await core.policies.isFirstChoice(tx, opened, 'local'),
      }));
    expect(await look()).toEqual({ attempts: 1, localFirst: false });
    await weekLater(id);
    expect(await look()).toEqual({ attempts: profiles.easy?.document.limits.attempts, localFirst: true });
  });

  it('T49: is asked by providers of a group only once it has been in it for a week, and no more when it has left', async () => {
    const id = await settled({ groups: ['easy', 'left'] });
    await start(id);
    const opened = await caseOf(id);
    const held = () => test.database.read(async (tx) => (await core.policies.both(tx, opened)).heldGroups);
    expect(await held()).toEqual(['easy', 'left']);
    await put(id, { groups: ['easy', 'joined'] });
    expect(await held()).toEqual(['easy']);
    await put(id, { groups: ['easy', 'left', 'joined'] });
    expect(await held()).toEqual(['easy']);
    await weekLater(id);
    expect(await held()).toEqual(['easy', 'left', 'joined']);
  });

  it('T49: is not recovered for a week when nobody of its groups could be', async () => {
    const id = await settled({ groups: ['nobody'] });
    await put(id, { groups: ['easy'] });
    expect(await start(id)).toBe('subject_not_recoverable');
    await weekLater(id);
    expect(await start(id)).toBe('done');
  });

  it('T49: while its case runs, is decided by the stricter one, too', async () => {
    const id = await settled({ groups: ['easy'] });
    await start(id);
    const opened = await caseOf(id);
    await put(id, { groups: ['nobody'] });
    await put(id, { groups: ['easy'] });
    const { providers } = await test.database.read((tx) => core.policies.strictest(tx, opened));
    expect(providers).toEqual([]);
  });

  it('keeps what it was in a table that the service can only add to', async () => {
    const id = await settled({ groups: ['careful'] });
    await put(id, { groups: ['easy'] });
    const forget = test.database.transaction((tx) => tx.run`DELETE FROM subject_standings WHERE subject_id = ${id}`);
    await expect(forget).rejects.toThrow('permission denied');
  });

  it('forgets after a month what it was, and not before', async () => {
    const id = await settled({ groups: ['careful'] });
    await put(id, { groups: ['easy'] });
    const kept = async (days: number): Promise<number> => {
      await test.asOwner(
        `UPDATE subject_standings SET replaced_at = clock_timestamp() - make_interval(days => $2) WHERE subject_id = $1`,
        [id, days],
      );
      await test.database.transaction(pruneReplacedStandings);
      return test.database.transaction((tx) => tx.run`SELECT 1 FROM subject_standings WHERE subject_id = ${id}`);
    };
    expect([await kept(29), await kept(31)]).toEqual([1, 0]);
  });
});
