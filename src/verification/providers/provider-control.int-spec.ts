import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import {
  failing,
  passingReport,
  pendingReport,
  ScriptedProvider,
} from '../../../test/support/verification/scripted-provider.js';
import {
  forgetPlanned,
  letTimePass,
  newBrowser,
  openCase,
  readCase,
} from '../../../test/support/verification/world-cases.js';
import {
  createVerificationWorld,
  type VerificationWorld,
} from '../../../test/support/verification/verification-world.js';
import type { Actor } from '../../audit-trail/audit-event-types.js';
import { SystemClock } from '../../platform/clock/clock.js';
import { isSuspicious } from './approval-alarm.js';
import { KnownHealth } from './known-health.js';
import { loosenedBy, ProviderControlChanges, type ProviderControlPatch } from './provider-control-changes.js';
import { isWatched } from './provider-controls.js';
import { ProviderOverview } from './provider-overview.js';

const PERSON: Actor = { kind: 'person', id: 'operator' };
const OTHER: Actor = { kind: 'person', id: 'second' };
const THIRD: Actor = { kind: 'person', id: 'third' };
const KEY: Actor = { kind: 'api_key', id: 'key_1' };

let test: TestDatabase;
let world: VerificationWorld;
let alpha: ScriptedProvider;
let beta: ScriptedProvider;
let changes: ProviderControlChanges;

beforeAll(async () => {
  test = await openTestDatabase();
});
afterAll(() => test.close());
beforeEach(async () => {
  alpha = new ScriptedProvider('alpha');
  beta = new ScriptedProvider('beta');
  world = createVerificationWorld({
    database: test.database,
    providers: [alpha, beta],
    config: { APPROVAL_ALARM_RUN: 20 },
  });
  changes = new ProviderControlChanges(world.registry, world.controls);
  await forgetPlanned(world);
});

const change = (patch: ProviderControlPatch, actor = PERSON, provider = 'alpha') =>
  world.database.transaction((tx) => changes.change(tx, { provider, patch, actor }));
const overview = () => {
  const health = new KnownHealth(world.calls, new SystemClock());
  return new ProviderOverview(world.registry, health, world.vitals, world.controls, world.database);
};
const trail = async (type: string) =>
  (
    await world.database.read(
      (tx) => tx.many<{ data: Record<string, unknown> }>`SELECT data FROM audit_events
        WHERE chain_id = 'provider:alpha' AND type = ${type} ORDER BY seq`,
    )
  ).map((row) => row.data);
async function start(providers = ['alpha', 'beta']) {
  const { id: caseId } = await openCase(world, { providers });
  const { session } = await world.starting.start({ caseId, ...newBrowser() });
  return { caseId, session, provider: session.provider };
}

describe('the kill switch', () => {
  it('keeps new people away, whichever process they come to, and lets those finish who are there', async () => {
    const { caseId } = await start();
    await change({ disabled: { reason: 'incident 4711' } }, KEY);
    const other = createVerificationWorld({ database: test.database, providers: [alpha, beta] });
    const { id } = await openCase(world, { providers: ['alpha', 'beta'] });
    const { session } = await other.starting.start({ caseId: id, ...newBrowser() });
    expect([session.provider, session.leftOut]).toEqual(['beta', ['alpha:disabled']]);
    await letTimePass(world);
    expect(await readCase(world, caseId)).toMatchObject({ state: 'adjudicating', provider: 'alpha' });
  });

  it('makes people wait who may go nowhere else, until a person throws it back', async () => {
    await change({ disabled: { reason: 'incident 4711' } });
    await expect(start(['alpha'])).rejects.toMatchObject({ code: 'dependency_unavailable' });
    await letTimePass(world);
    expect(alpha.created).toEqual([]);
    await expect(change({ disabled: null }, KEY)).rejects.toMatchObject({ code: 'person_required' });
    await change({ disabled: null }, OTHER);
    await letTimePass(world);
    expect(alpha.created).toHaveLength(1);
  });

  it('stands in the list and in the trail, the reason in the list alone', async () => {
    await change({ disabled: { reason: 'incident 4711' }, sessionCost: 150 });
    expect((await overview().one('alpha')).control).toMatchObject({
      disabled: { reason: 'incident 4711', since: expect.any(String) },
      sessionCost: 150,
    });
    const data = (await trail('provider.changed')).at(-1);
    expect(data).toMatchObject({ changed: ['disabled', 'sessionCost'], disabled: true, sessionCost: 150 });
    expect(JSON.stringify(data)).not.toContain('incident 4711');
  });

  it('T45 is not thrown back by whoever threw it, first or again, and by one other person at once', async () => {
    await change({ disabled: { reason: 'incident 4711' } });
    await change({ disabled: { reason: 'again' } }, OTHER);
    for (const one of [PERSON, OTHER])
      await expect(change({ disabled: null }, one)).rejects.toMatchObject({ code: 'separation_of_duties' });
    await change({ disabled: null }, THIRD);
    expect((await overview().one('alpha')).control).toMatchObject({ disabled: null, awaitsSecondPerson: [] });
    await change({ disabled: { reason: 'later' } }, THIRD);
    await change({ disabled: null });
    expect((await overview().one('alpha')).control.disabled).toBeNull();
  });

  it('T45 that a key threw is thrown back by two people, within a day', async () => {
    await change({ disabled: { reason: 'incident 4711' } }, KEY);
    for (const _again of [1, 2]) await change({ disabled: null, sessionCost: 7 });
    const { control } = await overview().one('alpha');
    expect(control).toMatchObject({ disabled: {}, sessionCost: 7, awaitsSecondPerson: ['disabled'] });
    expect((await trail('provider.changed')).at(-1)).toMatchObject({ changed: ['sessionCost'], awaited: ['disabled'] });
    await test.asOwner("UPDATE provider_controls SET enable_asked_at = now() - interval '25 hours'");
    await change({ disabled: null }, OTHER);
    expect((await overview().one('alpha')).control.disabled).not.toBeNull();
    await change({ disabled: null }, THIRD);
    expect((await overview().one('alpha')).control).toMatchObject({ disabled: null, awaitsSecondPerson: [] });
  });

  it('T45 that is thrown again forgets who asked to throw it back', async () => {
    await change({ disabled: { reason: 'incident 4711' } }, KEY);
    await change({ disabled: null });
    await change({ disabled: { reason: 'again' } }, KEY);
    await change({ disabled: null }, OTHER);
    expect((await overview().one('alpha')).control).toMatchObject({ disabled: {}, awaitsSecondPerson: ['disabled'] });
  });

  it('of a provider that is not loaded does not exist', async () => {
    await expect(change({ watch: null }, PERSON, 'gamma')).rejects.toMatchObject({ code: 'not_found' });
    await expect(overview().one('gamma')).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('what a machine may not do', () => {
  const stored = { disabledAt: new Date(), sessionCost: 100, dailyBudget: 1_000, watchedSince: new Date() };
  it.each<[ProviderControlPatch, string[]]>([
    [{ disabled: null }, ['disabled']],
    [{ disabled: { reason: 'again' } }, []],
    [{ dailyBudget: 1_001 }, ['dailyBudget']],
    [{ dailyBudget: null }, ['dailyBudget']],
    [{ dailyBudget: 999 }, []],
    [{ sessionCost: 99 }, ['sessionCost']],
    [{ sessionCost: 101 }, []],
    [{ sessionCost: null }, []],
    [{ watch: null }, ['watch']],
    [{}, []],
  ])('%j loosens %j', (patch, loosened) => {
    expect(loosenedBy(stored, patch)).toEqual(loosened);
  });
});

describe('a budget', () => {
  it('is spent by sessions and by nothing else, and holds however many ask at once', async () => {
    await change({ sessionCost: 100, dailyBudget: 350 });
    const started = await Promise.all(Array.from({ length: 8 }, () => start()));
    expect(started.filter(({ provider }) => provider === 'alpha')).toHaveLength(3);
    const after = await start();
    expect([after.provider, after.session.leftOut]).toEqual(['beta', ['alpha:budget_spent']]);
    expect((await overview().one('alpha')).control).toMatchObject({ spentToday: 300, dailyBudget: 350 });
  });

  it('is not spent by a call that came to nothing', async () => {
    await change({ sessionCost: 100, dailyBudget: 100 });
    const [works] = alpha.creates;
    alpha.creates = [failing('unavailable'), ...(works ? [works] : [])];
    expect((await start()).provider).toBe('beta');
    expect((await start()).provider).toBe('alpha');
    expect((await start()).provider).toBe('beta');
  });

  it('without a price is not spent at all: nobody could keep it', async () => {
    await change({ dailyBudget: 1_000 });
    const { session } = await start();
    expect([session.provider, session.leftOut]).toEqual(['beta', ['alpha:cost_unknown']]);
  });
});

describe('T45 a partner whose results are too good to be true', () => {
  it.each([
    ['without a past, a long run', { run: 50, earlier: 0, earlierGood: 0 }, true],
    ['without a past, a shorter run', { run: 49, earlier: 99, earlierGood: 0 }, false],
    ['that fails three in ten, twenty good ones in a row', { run: 20, earlier: 1_000, earlierGood: 700 }, true],
    ['that fails half, nineteen good ones in a row', { run: 19, earlier: 1_000, earlierGood: 500 }, false],
    ['that fails one in twenty, fifty good ones in a row', { run: 50, earlier: 1_000, earlierGood: 950 }, false],
    ['that fails one in twenty, two hundred good ones in a row', { run: 200, earlier: 1_000, earlierGood: 950 }, true],
  ])('%s', (_what, figures, suspicious) => {
    expect(isSuspicious(figures, 50)).toBe(suspicious);
  });

  async function finish(count: number, ends: 'pass' | 'fail' = 'pass'): Promise<void> {
    alpha.fetches = [
      (context) =>
        passingReport(context, {
          checks: [{ kind: 'face_match', result: ends, reasonCodes: [ends === 'pass' ? 'ok' : 'faces_differ'] }],
        }),
    ];
    for (let person = 0; person < count; person += 1) await start(['alpha']);
    await letTimePass(world);
  }
  const watched = () => world.database.read((tx) => isWatched(tx, 'alpha'));

  it('is watched from the result on that is one too many; two people end it, and what they saw counts no more', async () => {
    await finish(1, 'fail');
    await finish(19);
    expect(await watched()).toBe(false);
    await finish(1);
    expect(await watched()).toBe(true);
    expect(await trail('provider.watched')).toMatchObject([{ provider: 'alpha', run: 20 }]);
    await finish(1);
    expect(await trail('provider.watched')).toHaveLength(1);
    expect((await overview().one('alpha')).control.watchedSince).toEqual(expect.any(String));

    await expect(change({ watch: null }, KEY)).rejects.toMatchObject({ code: 'person_required' });
    for (const _again of [1, 2]) await change({ watch: null });
    expect(await watched()).toBe(true);
    expect((await overview().one('alpha')).control.awaitsSecondPerson).toEqual(['watch']);
    await change({ watch: null }, OTHER);
    await finish(19);
    expect(await watched()).toBe(false);
  });
});

describe('what is seen of a partner', () => {
  it('stands in the list: figures, ways of failing, the circuit', async () => {
    alpha.fetches = [pendingReport];
    await start();
    alpha.creates = [() => Promise.reject(new Error('not its contract'))];
    for (let person = 0; person < 5; person += 1) await start();
    const { calls, circuit } = await overview().one('alpha');
    expect(calls).toMatchObject({
      calls: 6,
      successRatio: 1 / 6,
      errors: { broken: 5 },
      p95LatencyMs: expect.any(Number),
    });
    expect(circuit).toEqual({ state: 'open', openUntil: expect.any(String) });
    expect((await overview().page({ limit: 100 })).map(({ id, circuit: { state } }) => [id, state])).toEqual([
      ['alpha', 'open'],
      ['beta', 'closed'],
    ]);
  });
});
