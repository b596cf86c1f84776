import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { silentEvents } from '../../test/support/case-repository.js';
import { removePolicies } from '../../test/support/remove-policies.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { SYSTEM, type Actor } from '../audit-trail/audit-event-types.js';
import { SystemClock } from '../platform/clock/clock.js';
import { PolicyDocument } from './policy.js';
import type { StoredPolicy } from './counting-policies.js';
import { Policies } from './policies.js';
import { KnownAbilities } from './provider-abilities.js';
import { PolicyChanges } from './policy-changes.js';
import { findProposal, PROPOSAL_DAYS, proposalPage, type PolicyProposal } from './policy-proposals.js';

const ada: Actor = { kind: 'person', id: 'ada' };
const ben: Actor = { kind: 'person', id: 'ben' };
const key: Actor = { kind: 'api_key', id: 'key_1' };
const documentWith = (changes: Record<string, unknown> = {}): PolicyDocument =>
  PolicyDocument.parse({ name: 'Staff', providers: ['partner', 'local'], requiredChecks: ['face_match'], ...changes });
const problem = (code: string) => ({ code });

let db: TestDatabase;
const policies = new Policies(silentEvents());
const changes = new PolicyChanges(
  new SystemClock(),
  { embedded: true, PROVIDERS: ['partner', 'local'] },
  policies,
  new KnownAbilities(),
);

beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(() => db.close());
beforeEach(() => removePolicies(db.database));

/** A profile with a hold of an hour. */
async function held(more: Record<string, unknown> = {}): Promise<StoredPolicy> {
  const document = documentWith({ hold: { seconds: 3_600 }, ...more });
  const made = await db.database.transaction((tx) => changes.create(tx, { document, actor: SYSTEM }));
  if (made.kind !== 'applied' || !made.policy) throw new Error('not made');
  return made.policy;
}
async function proposed(
  id: string,
  patch: Record<string, unknown> = { hold: { seconds: 0 } },
): Promise<PolicyProposal> {
  const outcome = await db.database.transaction((tx) => changes.change(tx, { id, patch, actor: ada }));
  if (outcome.kind !== 'proposed') throw new Error('it was applied');
  return outcome.proposal;
}
const confirm = (proposalId: string, actor: Actor = ben) =>
  db.database.transaction((tx) => changes.confirm(tx, { proposalId, actor }));
const reject = (proposalId: string, actor: Actor = ben) =>
  db.database.transaction((tx) => changes.reject(tx, { proposalId, actor }));
const read = (id: string) => db.database.read((tx) => policies.find(tx, id));
const proposal = (id: string) => db.database.read((tx) => findProposal(tx, id));
const auditOf = (id: string) =>
  db.database.read(
    (tx) => tx.many<{ type: string; actorId: string; data: Record<string, unknown> }>`
      SELECT type, actor_id, data FROM audit_events WHERE chain_id = ${`policy:${id}`} ORDER BY seq`,
  );

describe('a change that weakens (T75)', () => {
  it('T75 by one person waits, with what it does in words, and changes nothing', async () => {
    const policy = await held();
    const waiting = await proposed(policy.id);
    expect(waiting).toMatchObject({
      kind: 'change',
      baseVersion: 1,
      state: 'pending',
      proposedBy: 'ada',
      weakened: ['hold.seconds'],
      diff: ['Hold after approval: 1 hour → none (weaker)'],
    });
    expect(await read(policy.id)).toMatchObject({ version: 1, document: { hold: { seconds: 3_600 } } });
    expect(await auditOf(policy.id)).toMatchObject([
      { type: 'policy.created' },
      { type: 'policy.change_proposed', actorId: 'ada', data: { changeId: waiting.id, weakened: ['hold.seconds'] } },
    ]);
  });

  it('T79 so does one by which evidence is destroyed sooner, and no key asks for it', async () => {
    const { id } = await held();
    const patch = { retention: { evidenceSeconds: 1 } };
    const byKey = db.database.transaction((tx) => changes.change(tx, { id, patch, actor: key }));
    await expect(byKey).rejects.toMatchObject(problem('person_required'));
    expect(await proposed(id, patch)).toMatchObject({ weakened: ['retention.evidenceSeconds'] });
    expect((await read(id))?.document.retention).toEqual({ evidenceSeconds: 604_800 });
  });

  it('T75 happens when a second person confirms it, and both are in the trail', async () => {
    const policy = await held();
    const waiting = await proposed(policy.id);
    await confirm(waiting.id);
    expect(await read(policy.id)).toMatchObject({ version: 2, document: { hold: { seconds: 0 } } });
    expect(await proposal(waiting.id)).toMatchObject({ state: 'approved', decidedBy: 'ben' });
    expect((await auditOf(policy.id)).at(-1)).toMatchObject({
      type: 'policy.changed',
      actorId: 'ben',
      data: { version: 2, proposedBy: 'ada', changeId: waiting.id, weakened: ['hold.seconds'] },
    });
  });

  it('T75 is confirmed by nobody who proposed it, and by no machine', async () => {
    const policy = await held();
    const waiting = await proposed(policy.id);
    await expect(confirm(waiting.id, ada)).rejects.toMatchObject(problem('separation_of_duties'));
    await expect(confirm(waiting.id, key)).rejects.toMatchObject(problem('person_required'));
    await expect(reject(waiting.id, key)).rejects.toMatchObject(problem('person_required'));
    expect(await proposal(waiting.id)).toMatchObject({ state: 'pending' });
    expect((await read(policy.id))?.version).toBe(1);
  });

  it('T75 cannot be confirmed by its maker in the database either', async () => {
    const waiting = await proposed((await held()).id);
    const cheat = db.database.transaction(
      (tx) =>
        tx.run`UPDATE policy_changes SET state = 'approved', decided_by = proposed_by, decided_at = clock_timestamp() WHERE id = ${waiting.id}`,
    );
    await expect(cheat).rejects.toThrow(/policy_changes/);
  });

  it.each(['document', 'weakened', 'diff', 'base_version', 'proposed_by', 'expires_at'])(
    'T75 cannot be confirmed as anything but what was proposed: the service may not touch %s',
    async (column) => {
      const app = new pg.Client({ connectionString: db.appUrl, options: '-c search_path=regain' });
      await app.connect();
      await expect(app.query(`UPDATE policy_changes SET ${column} = ${column}`)).rejects.toMatchObject({
        code: '42501',
      });
      await app.end();
    },
  );

  it('T75 is refused to a machine before it is even proposed', async () => {
    const { id } = await held();
    const change = db.database.transaction((tx) =>
      changes.change(tx, { id, patch: { hold: { seconds: 0 } }, actor: key }),
    );
    await expect(change).rejects.toMatchObject(problem('person_required'));
    expect((await db.database.read((tx) => proposalPage(tx, { limit: 5, policyId: id }))).data).toEqual([]);
  });

  it('is heard once, however many people answer at the same moment', async () => {
    const policy = await held();
    const waiting = await proposed(policy.id);
    const people = ['ben', 'cem', 'dia', 'eva'].map((id): Actor => ({ kind: 'person', id }));
    const answers = await Promise.allSettled([
      ...people.map((actor) => confirm(waiting.id, actor)),
      ...people.map((actor) => reject(waiting.id, actor)),
    ]);
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const { state } = (await proposal(waiting.id)) ?? {};
    expect((await read(policy.id))?.version).toBe(state === 'approved' ? 2 : 1);
  });

  it('is not made of an outdated version', async () => {
    const policy = await held();
    const waiting = await proposed(policy.id);
    await db.database.transaction((tx) =>
      changes.change(tx, { id: policy.id, patch: { limits: { attempts: 1 } }, actor: ada }),
    );
    await expect(confirm(waiting.id)).rejects.toMatchObject(problem('version_conflict'));
    expect(await read(policy.id)).toMatchObject({ version: 2, document: { hold: { seconds: 3_600 } } });
  });

  it('is not made when it would weaken more by now than was shown', async () => {
    const lower = await held({ priority: 1, include: ['board'] });
    const waiting = await proposed(lower.id);
    // Somebody else makes the profile the board would move to by this change stricter meanwhile.
    await held({ name: 'Board', priority: 1, include: ['board'], limits: { attempts: 1 } });
    const raised = await proposed(lower.id, { hold: { seconds: 0 }, priority: 2 });
    await held({
      name: 'Guests',
      priority: 2,
      include: ['guests'],
      limits: { attempts: 2 },
      review: { onFail: 'deny' },
    });
    await expect(confirm(raised.id)).rejects.toMatchObject(problem('version_conflict'));
    expect((await read(lower.id))?.version).toBe(1);
    await confirm(waiting.id);
    expect((await read(lower.id))?.version).toBe(2);
  });

  it('lapses', async () => {
    const policy = await held();
    const waiting = await proposed(policy.id);
    await db.asOwner(
      'UPDATE policy_changes SET expires_at = expires_at - make_interval(days => $2::int) WHERE id = $1',
      [waiting.id, PROPOSAL_DAYS],
    );
    expect(await proposal(waiting.id)).toMatchObject({ state: 'expired' });
    await expect(confirm(waiting.id)).rejects.toMatchObject(problem('version_conflict'));
    expect((await read(policy.id))?.version).toBe(1);
  });

  it('is taken back by its maker, or refused by anybody who may change profiles', async () => {
    const policy = await held();
    for (const actor of [ada, ben]) {
      const waiting = await proposed(policy.id);
      expect(await reject(waiting.id, actor)).toMatchObject({ state: 'rejected', decidedBy: actor.id });
      await expect(confirm(waiting.id)).rejects.toMatchObject(problem('version_conflict'));
    }
    expect((await auditOf(policy.id)).map(({ type }) => type)).toEqual([
      'policy.created',
      'policy.change_proposed',
      'policy.change_rejected',
      'policy.change_proposed',
      'policy.change_rejected',
    ]);
  });

  it('can be a new profile, or the end of one', async () => {
    const board = await held({ priority: 5, include: ['board'] });
    const lax = documentWith({ name: 'Lax', priority: 9, include: ['board'] });
    const created = await db.database.transaction((tx) => changes.create(tx, { document: lax, actor: ada }));
    if (created.kind !== 'proposed') throw new Error('it was applied');
    expect(await read(created.proposal.policyId)).toBeUndefined();
    await confirm(created.proposal.id);
    expect(await read(created.proposal.policyId)).toMatchObject({ version: 1, document: { name: 'Lax' } });
    await held({ name: 'Everybody', hold: { seconds: 0 } });
    const removed = await db.database.transaction((tx) => changes.remove(tx, { id: board.id, actor: ada }));
    if (removed.kind !== 'proposed') throw new Error('it was applied');
    expect(await read(board.id)).toBeDefined();
    await confirm(removed.proposal.id);
    expect(await read(board.id)).toBeUndefined();
  });

  it('of nothing is not found', async () => {
    await expect(confirm('pch_nothing')).rejects.toMatchObject(problem('not_found'));
  });
});

describe('a change that weakens nothing', () => {
  it('is done at once, by a person or a machine', async () => {
    const { id } = await held();
    for (const [actor, seconds] of [
      [ada, 4_000],
      [key, 5_000],
    ] as const) {
      const patch = { hold: { seconds } };
      const outcome = await db.database.transaction((tx) => changes.change(tx, { id, patch, actor }));
      expect(outcome).toMatchObject({ kind: 'applied', policy: { document: { hold: { seconds } } } });
    }
  });

  it('may be the whole document anew: what it leaves out has its default', async () => {
    const { id } = await held({ limits: { attempts: 1 } });
    const document = documentWith({ hold: { seconds: 7_200 }, limits: { attempts: 1 } });
    const outcome = await db.database.transaction((tx) => changes.replace(tx, { id, document, actor: key }));
    expect(outcome).toMatchObject({ kind: 'applied', policy: { version: 2, document } });
    const laxer = db.database.transaction((tx) => changes.replace(tx, { id, document: documentWith(), actor: key }));
    await expect(laxer).rejects.toMatchObject(problem('person_required'));
  });
});
