import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { silentEvents } from '../../test/support/case-repository.js';
import { removePolicies } from '../../test/support/remove-policies.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { SYSTEM, type Actor } from '../audit-trail/audit-event-types.js';
import { SystemClock } from '../platform/clock/clock.js';
import { newId, newReference } from '../platform/ids/ids.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';
import { PolicyDocument } from './policy.js';
import type { StoredPolicy } from './counting-policies.js';
import { Policies } from './policies.js';
import { KnownAbilities } from './provider-abilities.js';
import { PolicyChanges, type ChangeOutcome } from './policy-changes.js';

const key: Actor = { kind: 'api_key', id: 'key_1' };
const ada: Actor = { kind: 'person', id: 'ada' };
const documentWith = (changes: Record<string, unknown> = {}): PolicyDocument =>
  PolicyDocument.parse({ name: 'P', providers: ['partner', 'local'], requiredChecks: ['face_match'], ...changes });
const problem = (code: string) => ({ code });

let db: TestDatabase;
const policies = new Policies(silentEvents());
const changesIn = (embedded: boolean) =>
  new PolicyChanges(new SystemClock(), { embedded, PROVIDERS: ['partner', 'local'] }, policies, new KnownAbilities());
const changes = changesIn(true);

beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(() => db.close());
beforeEach(() => removePolicies(db.database));

/** Set up without a second person: the service itself does it. */
const applied = (outcome: ChangeOutcome): StoredPolicy => {
  if (outcome.kind !== 'applied' || !outcome.policy) throw new Error('it waits for a second person');
  return outcome.policy;
};
const create = async (document: PolicyDocument, actor = SYSTEM, by = changes): Promise<StoredPolicy> =>
  applied(await db.database.transaction((tx) => by.create(tx, { document, actor })));
const change = async (id: string, patch: Record<string, unknown>, actor = SYSTEM): Promise<StoredPolicy> =>
  applied(await db.database.transaction((tx) => changes.change(tx, { id, patch, actor })));
const remove = (id: string, actor = SYSTEM): Promise<ChangeOutcome> =>
  db.database.transaction((tx) => changes.remove(tx, { id, actor }));
const auditOf = (id: string) =>
  db.database.read(
    (tx) => tx.many<{ type: string; actorId: string; data: { version: number; weakened: string[] } }>`
      SELECT type, actor_id, data FROM audit_events WHERE chain_id = ${`policy:${id}`} ORDER BY seq`,
  );

async function caseUnder(
  policy: StoredPolicy,
  groups: string[],
): Promise<Pick<RecoveryCase, 'policyId' | 'policyVersion' | 'subjectId'>> {
  const id = newId('sub', new Date());
  await db.database.transaction(
    (tx) =>
      tx.run`INSERT INTO subjects (id, login_digest, profile_sealed, groups) VALUES (${id}, ${Buffer.from(newReference() + id)}, ${Buffer.alloc(1)}, ${groups})`,
  );
  return { policyId: policy.id, policyVersion: policy.version, subjectId: id };
}

describe('the very first profile', () => {
  let fresh: TestDatabase;
  beforeAll(async () => {
    fresh = await openTestDatabase();
  });
  afterAll(() => fresh.close());
  const made = (actor: Actor): Promise<ChangeOutcome> =>
    fresh.database.transaction((tx) => changes.create(tx, { document: documentWith(), actor }));

  it('T75 is set up by a person and never by a machine, and cannot be removed to be the first again', async () => {
    await expect(made(key)).rejects.toMatchObject(problem('person_required'));
    const { id } = applied(await made(ada));
    await fresh.database.transaction((tx) => changes.remove(tx, { id, actor: key }));
    await expect(made(key)).rejects.toMatchObject(problem('person_required'));
    expect(await made(ada)).toMatchObject({ kind: 'proposed', proposal: { weakened: ['coverage'] } });
  });
});

describe('changing profiles', () => {
  it('keeps every version and audits each change with what it weakened', async () => {
    const created = await create(documentWith());
    const changed = await change(created.id, { limits: { attempts: 5 }, name: 'Q' });
    expect(changed).toMatchObject({
      version: 2,
      document: { name: 'Q', limits: { attempts: 5, tokenTtlSeconds: 600 } },
    });
    const first = await db.database.read((tx) => policies.version(tx, created.id, 1));
    expect(first.document).toEqual(created.document);
    await remove(created.id);
    expect(await db.database.read((tx) => policies.find(tx, created.id))).toBeUndefined();
    expect((await db.database.read((tx) => policies.version(tx, created.id, 2))).document).toEqual(changed.document);
    expect(await auditOf(created.id)).toMatchObject([
      { type: 'policy.created', data: { version: 1, weakened: [] } },
      { type: 'policy.changed', actorId: 'regain', data: { version: 2, weakened: ['limits.attempts'] } },
      { type: 'policy.deleted', data: { version: 2 } },
    ]);
  });

  it('is refused to a machine where it weakens, and allowed where it does not', async () => {
    const { id } = await create(documentWith());
    await expect(change(id, { limits: { attempts: 5 } }, key)).rejects.toMatchObject(problem('person_required'));
    await expect(change(id, { providers: ['local', 'partner'] }, key)).rejects.toMatchObject(
      problem('person_required'),
    );
    expect((await change(id, { limits: { attempts: 1 } }, key)).version).toBe(2);
    const lax = documentWith({ priority: 9, review: { onFail: 'retry' }, limits: { attempts: 9 } });
    await expect(create(lax, key)).rejects.toMatchObject(problem('person_required'));
    const { id: behind } = await create({ ...lax, priority: 0, exclude: ['nobody'] });
    await change(id, { priority: 5 });
    await expect(remove(id, key)).rejects.toMatchObject(problem('person_required'));
    await remove(behind, key);
    await remove(id, key);
  });

  it('names every fault of the merged document and changes nothing', async () => {
    const { id } = await create(documentWith());
    const patch = { limits: { attempts: 0, tokenTtlSeconds: 601 }, mode: null, surprise: 1 };
    const refused = change(id, patch);
    await expect(refused).rejects.toMatchObject(problem('invalid_request'));
    const pointers = await refused.catch((error: { options: { errors: { pointer: string }[] } }) =>
      error.options.errors.map((fault) => fault.pointer),
    );
    expect(pointers).toEqual(expect.arrayContaining(['/limits/attempts', '/limits/tokenTtlSeconds', '/mode', '']));
    expect((await db.database.read((tx) => policies.find(tx, id)))?.version).toBe(1);
  });

  it('never puts a default in place of what is stored', async () => {
    const { id } = await create(documentWith({ hold: { seconds: 60 }, allowSpecimens: true }));
    expect((await change(id, {})).document).toMatchObject({ hold: { seconds: 60 }, allowSpecimens: true });
  });

  it('is refused in production for what exists for demonstrations', async () => {
    const demo = documentWith({ waivedChecks: ['data_match'], allowSpecimens: true, allowRepeatedPictures: true });
    await expect(create(demo, SYSTEM, changesIn(false))).rejects.toMatchObject({
      code: 'policy_refused',
      options: {
        errors: [
          { pointer: '/waivedChecks' },
          { pointer: '/requiredChecks' },
          { pointer: '/strength/aal3Checks' },
          { pointer: '/allowSpecimens' },
          { pointer: '/allowRepeatedPictures' },
        ],
      },
    });
    expect(await create(demo)).toMatchObject({ version: 1 });
  });

  it('of one that is not there is the same for every way of not being there', async () => {
    const { id } = await create(documentWith());
    await remove(id);
    for (const gone of [id, 'pol_nothing']) {
      await expect(change(gone, {})).rejects.toMatchObject(problem('not_found'));
      await expect(remove(gone)).rejects.toMatchObject(problem('not_found'));
    }
  });

  it('racing changes all land, one version each', async () => {
    const { id } = await create(documentWith());
    const done = await Promise.all([60, 120, 180, 240, 300].map((seconds) => change(id, { hold: { seconds } })));
    expect(done.map((policy) => policy.version).sort()).toEqual([2, 3, 4, 5, 6]);
  });
});

describe('which profile applies', () => {
  it('is the covering one with the highest priority', async () => {
    const everybody = await create(documentWith({ name: 'everybody' }));
    const staff = await create(documentWith({ name: 'staff', priority: 5, include: ['staff'], exclude: ['board'] }));
    const of = (groups: string[]) => db.database.read((tx) => policies.forSubject(tx, { groups }));
    expect((await of(['staff']))?.id).toBe(staff.id);
    expect((await of(['staff', 'board']))?.id).toBe(everybody.id);
    await remove(everybody.id);
    expect(await of(['guests'])).toBeUndefined();
  });

  it('for a case is the stricter of its starting version and today’s', async () => {
    const first = await create(documentWith({ limits: { attempts: 3 }, hold: { seconds: 10 } }));
    const recoveryCase = await caseUnder(first, []);
    await change(first.id, { limits: { attempts: 5 }, hold: { seconds: 99 } });
    const strictest = await db.database.read((tx) => policies.strictest(tx, recoveryCase));
    expect(strictest).toMatchObject({ limits: { attempts: 3 }, hold: { seconds: 99 } });
  });

  it('for a case whose subject nobody covers any more allows no provider', async () => {
    const policy = await create(documentWith({ include: ['staff'] }));
    const recoveryCase = await caseUnder(policy, []);
    expect((await db.database.read((tx) => policies.strictest(tx, recoveryCase))).providers).toEqual([]);
  });

  it('has a first choice only where both versions ask it first', async () => {
    const policy = await create(documentWith());
    const recoveryCase = await caseUnder(policy, []);
    const isFirst = (provider: string) => db.database.read((tx) => policies.isFirstChoice(tx, recoveryCase, provider));
    expect([await isFirst('partner'), await isFirst('local')]).toEqual([true, false]);
    await change(policy.id, { providers: ['local', 'partner'] });
    expect([await isFirst('partner'), await isFirst('local')]).toEqual([false, false]);
  });

  it('is listed newest first, in pages', async () => {
    const made = [];
    for (const name of ['a', 'b', 'c']) made.push((await create(documentWith({ name }))).id);
    const page = (query: { limit: number; cursor?: string }) => db.database.read((tx) => policies.page(tx, query));
    const ids = made.sort().reverse();
    const first = await page({ limit: 2 });
    expect(first.data.map((policy) => policy.id)).toEqual(ids.slice(0, 2));
    const second = await page({ limit: 2, cursor: first.next ?? '' });
    expect(second).toMatchObject({ data: [{ id: ids[2] }], next: null });
  });
});

describe('the document of a version', () => {
  it('is that of the version that was committed, when one of the same number was undone before', async () => {
    const policy = await create(documentWith());
    const undone = db.database.transaction(async (tx) => {
      await changes.change(tx, { id: policy.id, patch: { limits: { attempts: 1 } }, actor: SYSTEM });
      expect((await policies.find(tx, policy.id))?.document.limits.attempts).toBe(1);
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    await change(policy.id, { limits: { attempts: 2 } });
    const version = policy.version + 1;
    const read = await db.database.read((tx) => policies.version(tx, policy.id, version));
    expect(read.document.limits.attempts).toBe(2);
  });

  it('is read once and altered by nobody', async () => {
    const policy = await create(documentWith());
    const read = () => db.database.read((tx) => policies.version(tx, policy.id, policy.version));
    const { document } = await read();
    expect((await read()).document).toBe(document);
    expect(() => document.requiredChecks.pop()).toThrow(TypeError);
    expect(() => (document.limits.attempts = 9)).toThrow(TypeError);
  });
});
