import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ProviderReport } from '../../../providers/kit/index.js';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { configureFailpoints, type Failpoint } from '../../platform/failpoints/failpoints.js';
import { SYSTEM } from '../../audit-trail/audit-event-types.js';
import {
  failing,
  OWN_MACHINE,
  passingReport,
  ScriptedProvider,
} from '../../../test/support/verification/scripted-provider.js';
import {
  auditTypes,
  drain,
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

function permutations<Item>(items: readonly Item[]): Item[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, at) => permutations(items.toSpliced(at, 1)).map((rest) => [item, ...rest]));
}

describe('results that come late, and steps that die half-way', () => {
  let test: TestDatabase;
  let world: VerificationWorld;
  let alpha: ScriptedProvider;
  let local: ScriptedProvider;

  beforeAll(async () => {
    test = await openTestDatabase();
  });
  afterAll(() => test.close());
  afterEach(() => configureFailpoints(''));
  beforeEach(async () => {
    alpha = new ScriptedProvider('alpha');
    local = new ScriptedProvider('local', OWN_MACHINE);
    world = createVerificationWorld({ database: test.database, providers: [alpha, local] });
    await forgetPlanned(world);
  });

  const reportsOf = (caseId: string) =>
    world.database.read((tx) => tx.many<{ id: string }>`SELECT id FROM verification_reports WHERE case_id = ${caseId}`);

  it('T44 records a result for a closed case and gives it no effect', async () => {
    const { id: caseId } = await openCase(world, { providers: ['alpha'] });
    await world.starting.start({ caseId, ...newBrowser() });
    await world.database.transaction((tx) => world.cases.transition(tx, { caseId, name: 'cancel', actor: SYSTEM }));
    await letTimePass(world);
    expect(await readCase(world, caseId)).toMatchObject({ state: 'cancelled' });
    expect(await auditTypes(world, caseId)).toContain('verification.late_result_ignored');
    expect(await reportsOf(caseId)).toEqual([]);
  });

  it('T44 gives no effect to a case that closes while the partner is asked', async () => {
    const { id: caseId } = await openCase(world, { providers: ['alpha'] });
    await world.starting.start({ caseId, ...newBrowser() });
    alpha.fetches = [
      async (context) => {
        await world.database.transaction((tx) => world.cases.transition(tx, { caseId, name: 'cancel', actor: SYSTEM }));
        return passingReport(context);
      },
    ];
    await letTimePass(world);
    expect((await readCase(world, caseId)).state).toBe('cancelled');
    expect(await auditTypes(world, caseId)).toContain('verification.late_result_ignored');
    expect(await reportsOf(caseId)).toEqual([]);
  });

  it('T34 plans no look for what came while its case went on: it is kept', async () => {
    const { id: caseId } = await openCase(world, { providers: ['alpha'] });
    const { session } = await world.starting.start({ caseId, ...newBrowser() });
    alpha.fetches = [
      async (context) => {
        await world.database.transaction((tx) => world.cases.transition(tx, { caseId, name: 'retry', actor: SYSTEM }));
        return passingReport(context);
      },
    ];
    await letTimePass(world);
    expect(await auditTypes(world, caseId)).toContain('verification.late_result_kept');
    const { lateLooks, nextFetchAt } = await world.database.read(
      (tx) => tx.one<{ lateLooks: number; nextFetchAt: Date | null }>`
        SELECT late_looks, next_fetch_at FROM verification_sessions WHERE id = ${session.id}`,
    );
    expect([lateLooks, nextFetchAt]).toEqual([0, null]);
  });

  it('T34 does not let attempt 1 finish while attempt 2 is open', async () => {
    const { id: caseId } = await openCase(world, { providers: ['alpha'] });
    const { session } = await world.starting.start({ caseId, ...newBrowser() });
    await world.database.transaction((tx) => world.cases.transition(tx, { caseId, name: 'retry', actor: SYSTEM }));
    await world.collector.collect({ caseId, attempt: 1, sessionId: session.id });
    expect(await readCase(world, caseId)).toMatchObject({ state: 'awaiting_evidence', attempt: 2 });
    expect(await reportsOf(caseId)).toEqual([]);
  });

  it('T43 the first final answer stands, in whatever order the four others follow it', async () => {
    const ends: Partial<ProviderReport>[] = [
      {},
      { checks: [{ kind: 'face_match', result: 'fail', reasonCodes: ['faces_differ'] }] },
      { status: 'cancelled' },
      { status: 'expired' },
      { status: 'failed' },
    ];
    for (const order of permutations(ends)) {
      const { id: caseId } = await openCase(world, { providers: ['alpha'] });
      const { session } = await world.starting.start({ caseId, ...newBrowser() });
      const binding = { externalId: session.externalId ?? '', nonce: alpha.created.at(-1)?.nonce ?? '' };
      const claim = { sessionId: session.id, caseId, attempt: 1, provider: 'alpha' };
      const outcomes: { state: string; attempt: number; reports: number }[] = [];
      for (const end of order) {
        const report = passingReport({ ...binding, reference: '', attempt: 1, returnUrl: '' }, end);
        await world.database.transaction((tx) => world.settlement.settle(tx, { ...claim, report }));
        const { state, attempt } = await readCase(world, caseId);
        outcomes.push({ state, attempt, reports: (await reportsOf(caseId)).length });
      }
      expect(outcomes).toEqual(outcomes.map(() => outcomes[0]));
    }
  });

  it('has one effect when the same collection runs ten times at once', async () => {
    const { id: caseId } = await openCase(world, { providers: ['alpha'] });
    const { session } = await world.starting.start({ caseId, ...newBrowser() });
    await Promise.all(
      Array.from({ length: 10 }, () => world.collector.collect({ caseId, attempt: 1, sessionId: session.id })),
    );
    expect(await reportsOf(caseId)).toHaveLength(1);
    expect((await auditTypes(world, caseId)).filter((type) => type === 'case.reported')).toHaveLength(1);
  });

  const PLACES: [Failpoint, string][] = [
    ['transaction.before_commit', 'failpoint transaction.before_commit'],
    ['transaction.after_commit', 'failpoint transaction.after_commit'],
    ['provider.before_create', 'dependency_unavailable'],
    ['provider.after_create', 'dependency_unavailable'],
  ];
  it.each(PLACES)('resumes a start that died at %s', async (place, message) => {
    const { id: caseId } = await openCase(world, { providers: ['alpha'] });
    const browser = newBrowser();
    configureFailpoints(`${place}=error`);
    await expect(world.starting.start({ caseId, ...browser })).rejects.toThrow(message);
    configureFailpoints('');
    await letTimePass(world);
    await world.starting.start({ caseId, ...browser }).catch(() => undefined);
    await letTimePass(world);
    expect((await readCase(world, caseId)).state).toBe('adjudicating');
    expect(await reportsOf(caseId)).toHaveLength(1);
    // The repeated call carries the same reference, by which a partner finds the session it already made (F27).
    expect(new Set(alpha.created.map((context) => context.reference)).size).toBe(1);
  });

  it.each([
    'transaction.before_commit',
    'transaction.after_commit',
    'provider.before_fetch',
    'provider.after_fetch',
  ] as Failpoint[])('resumes a collection that died at %s', async (place) => {
    const { id: caseId } = await openCase(world, { providers: ['alpha'] });
    const { session } = await world.starting.start({ caseId, ...newBrowser() });
    const ref = { caseId, attempt: 1, sessionId: session.id };
    configureFailpoints(`${place}=error`);
    await world.collector.collect(ref).catch(() => undefined);
    configureFailpoints('');
    await world.collector.collect(ref);
    expect((await readCase(world, caseId)).state).toBe('adjudicating');
    expect(await reportsOf(caseId)).toHaveLength(1);
  });

  it('waits for a partner that is down, with a time, and takes its result when it is back', async () => {
    const { id: caseId } = await openCase(world, { providers: ['alpha'] });
    await world.starting.start({ caseId, ...newBrowser() });
    alpha.fetches = [failing('unavailable'), failing('timeout'), (context) => passingReport(context)];
    await letTimePass(world);
    expect(await readCase(world, caseId)).toMatchObject({
      state: 'verifying',
      stateReason: 'waiting_for_provider',
      nextAttemptAt: expect.any(Date),
    });
    await letTimePass(world);
    await letTimePass(world);
    expect(await readCase(world, caseId)).toMatchObject({ state: 'adjudicating', stateReason: null });
  });

  it('does not blame the provider when our object store is down, and goes on when it is back', async () => {
    const { id: caseId } = await openCase(world, { providers: ['local'] });
    const browser = newBrowser();
    for (const kind of ['document_front', 'selfie'] as const) {
      await world.uploads.upload({ caseId, ...browser, kind, bytes: Buffer.from(`${caseId}${kind}`) });
    }
    await world.submission.submit({ caseId, ...browser });
    local.fetches = [
      async (context) => {
        await context.evidence?.read('selfie');
        return passingReport(context);
      },
    ];
    world.platform.objects.down = true;
    for (let look = 0; look < 12; look += 1) await letTimePass(world);
    expect((await readCase(world, caseId)).state).toBe('verifying');
    expect(await auditTypes(world, caseId)).not.toContain('verification.session_failed');
    world.platform.objects.down = false;
    await letTimePass(world);
    expect((await readCase(world, caseId)).state).toBe('adjudicating');
  });

  it('asks for new pictures when a stored one is not what was stored', async () => {
    const { id: caseId } = await openCase(world, { providers: ['local'] });
    const browser = newBrowser();
    for (const kind of ['document_front', 'selfie'] as const) {
      await world.uploads.upload({ caseId, ...browser, kind, bytes: Buffer.from(`${caseId}${kind}`) });
    }
    await world.submission.submit({ caseId, ...browser });
    const { objects } = world.platform.objects;
    for (const key of objects.keys()) objects.set(key, Buffer.from('another object'));
    local.fetches = [
      async (context) => {
        await context.evidence?.read('selfie');
        return passingReport(context);
      },
    ];
    await drain(world);
    expect(await readCase(world, caseId)).toMatchObject({
      state: 'awaiting_evidence',
      attempt: 2,
      stateReason: 'capture_to_be_repeated',
    });
  });
});
