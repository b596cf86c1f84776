import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ProviderError, type ProviderErrorCode } from '../../../providers/kit/index.js';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import {
  failing,
  OWN_MACHINE,
  passingReport,
  pendingReport,
  ScriptedProvider,
} from '../../../test/support/verification/scripted-provider.js';
import {
  auditTypes,
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
import { SYSTEM } from '../../audit-trail/audit-event-types.js';
import { CIRCUIT_RULES } from '../providers/provider-circuit.js';

describe('a partner that cannot do it', () => {
  let test: TestDatabase;
  let world: VerificationWorld;
  let alpha: ScriptedProvider;
  let beta: ScriptedProvider;
  let local: ScriptedProvider;

  beforeAll(async () => {
    test = await openTestDatabase();
  });
  afterAll(() => test.close());
  beforeEach(async () => {
    alpha = new ScriptedProvider('alpha');
    beta = new ScriptedProvider('beta');
    local = new ScriptedProvider('local', OWN_MACHINE);
    world = createVerificationWorld({ database: test.database, providers: [alpha, beta, local] });
    await forgetPlanned(world);
  });
  afterEach(() => void jest.useRealTimers());

  type Browser = ReturnType<typeof newBrowser>;
  type Providers = Parameters<typeof openCase>[1]['providers'];
  const open = async (providers: Providers, privileged = false) =>
    (await openCase(world, { providers, privileged })).id;
  const start = (caseId: string, { browser = newBrowser(), provider }: { browser?: Browser; provider?: string } = {}) =>
    world.starting.start({ caseId, ...browser, wanted: provider === undefined ? undefined : { provider } });
  const auditData = async (caseId: string, type: string) =>
    (
      await world.database.read(
        (tx) => tx.many<{ data: Record<string, unknown> }>`SELECT data FROM audit_events
          WHERE chain_id = ${caseId} AND type = ${type} ORDER BY seq`,
      )
    ).map((row) => row.data);
  /** Five people in a row for whom alpha does not work. */
  async function breakAlpha(): Promise<void> {
    const works = alpha.creates;
    alpha.creates = [failing('unavailable')];
    for (let person = 0; person < CIRCUIT_RULES.create.faultsInARow; person += 1)
      await start(await open(['alpha', 'beta']));
    alpha.creates = works;
  }
  /** The clock of this process goes on, the database's with it; nothing else waits. */
  async function rest(seconds: number): Promise<string[]> {
    jest.useFakeTimers({ now: Date.now() + seconds * 1_000, doNotFake: [...TIMERS] });
    return letTimePass(world);
  }
  const waits = { state: 'verifying', stateReason: 'waiting_for_provider', nextAttemptAt: expect.any(Date) };

  it.each<ProviderErrorCode>([
    'unavailable',
    'unreachable',
    'rate_limited',
    'unintelligible',
    'unauthorized',
    'rejected',
    'broken',
  ])(
    'that answers %s costs the person nothing but its time: the next one’s hand-off comes in the same call',
    async (code) => {
      const caseId = await open(['alpha', 'beta']);
      alpha.creates = [failing(code)];
      const { handoff, session } = await start(caseId);
      expect([handoff, session.role, alpha.created.length]).toEqual([
        { kind: 'redirect', url: 'https://beta.example/verify' },
        'fallback',
        1,
      ]);
    },
  );

  it('that hangs is left in time for the next one to answer within five seconds (F27)', async () => {
    const caseId = await open(['alpha', 'beta']);
    alpha.creates = [() => new Promise(() => undefined)];
    const began = performance.now();
    expect((await start(caseId)).session.provider).toBe('beta');
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  it('is stood in for by our own pages, if they stand last, at once and as a stand-in (T62)', async () => {
    const caseId = await open(['alpha', 'local']);
    alpha.creates = [failing('unavailable')];
    const { handoff, session } = await start(caseId);
    expect([handoff.kind, session.provider, session.role]).toEqual(['capture', 'local', 'fallback']);
    expect((await readCase(world, caseId)).state).toBe('awaiting_evidence');
  });

  it('T62 is waited for by a privileged subject, whoever stands last', async () => {
    const caseId = await open(['alpha', 'local'], true);
    alpha.creates = [failing('unavailable')];
    const browser = newBrowser();
    await expect(start(caseId, { browser })).rejects.toMatchObject({ code: 'dependency_unavailable' });
    await expect(start(caseId, { browser, provider: 'local' })).rejects.toMatchObject({ code: 'wrong_state' });
    expect(await readCase(world, caseId)).toMatchObject(waits);
    expect(local.created).toEqual([]);
  });

  it('is not asked any more after five people have waited for nothing, and the next session says why', async () => {
    await breakAlpha();
    const asked = alpha.created.length;
    const caseId = await open(['alpha', 'beta']);
    expect((await start(caseId)).session).toMatchObject({ provider: 'beta', role: 'fallback' });
    expect(alpha.created).toHaveLength(asked);
    expect(await auditTypes(world, caseId)).not.toContain('verification.session_failed');
    expect(await auditData(caseId, 'verification.session_created')).toMatchObject([
      { leftOut: ['alpha:circuit_open'] },
    ]);
  });

  it('that asks to be left alone for a while is (F26)', async () => {
    alpha.creates = [
      () => {
        throw new ProviderError('rate_limited', 'scripted', { retryAfterSeconds: 120 });
      },
    ];
    expect((await start(await open(['alpha', 'beta']))).session.provider).toBe('beta');
    const { session } = await start(await open(['alpha', 'beta']));
    expect([session.leftOut, alpha.created.length]).toEqual([['alpha:circuit_open'], 1]);
    expect(world.vitals.restSeconds('alpha')).toBeGreaterThan(100);
  });

  it('that the policy has for other people is left out without a word about this person', async () => {
    const { id: caseId } = await openCase(world, {
      providers: [{ id: 'alpha', when: { countries: ['FRA'] } }, 'beta'],
    });
    await world.database.transaction(
      (tx) => tx.run`UPDATE recovery_cases SET issuing_country = 'DE', document_type = 'passport' WHERE id = ${caseId}`,
    );
    expect((await start(caseId)).session).toMatchObject({ provider: 'beta', leftOut: ['alpha:not_covered'] });
  });

  it('that the policy has for this person’s document is asked, in two letters or three', async () => {
    const { id: caseId } = await openCase(world, {
      providers: [{ id: 'alpha', when: { countries: ['DEU'] } }, 'beta'],
    });
    await world.database.transaction(
      (tx) => tx.run`UPDATE recovery_cases SET issuing_country = 'DE', document_type = 'passport' WHERE id = ${caseId}`,
    );
    expect((await start(caseId)).session.provider).toBe('alpha');
    expect(alpha.created[0]?.chosenDocument).toEqual({ issuingCountry: 'DEU', documentType: 'passport' });
  });

  it('is left alone by the other processes too', async () => {
    await breakAlpha();
    const other = createVerificationWorld({ database: test.database, providers: [alpha, beta, local] });
    const caseId = await open(['alpha', 'beta']);
    const { session } = await other.starting.start({ caseId, ...newBrowser() });
    expect([session.provider, session.leftOut]).toEqual(['beta', ['alpha:circuit_open']]);
  });

  it('is tried out by one person after its rest, and has its share again when that went well', async () => {
    await breakAlpha();
    await rest(11);
    let answer: (() => void) | undefined;
    const [works] = alpha.creates;
    alpha.creates = [
      async (context) => {
        await new Promise<void>((resolve) => (answer = resolve));
        return works?.(context) ?? Promise.reject(new Error('no script'));
      },
      ...(works ? [works] : []),
    ];
    const first = start(await open(['alpha', 'beta']));
    while (!answer) await new Promise((resolve) => setImmediate(resolve));
    expect((await start(await open(['alpha', 'beta']))).session.provider).toBe('beta');
    answer();
    expect((await first).session.provider).toBe('alpha');
    expect((await start(await open(['alpha', 'beta']))).session).toMatchObject({ provider: 'alpha', role: 'first' });
  });

  it('leaves a case waiting that nobody else may take; whoever is back first gets it, and the wait is over', async () => {
    const caseId = await open(['alpha', 'beta']);
    const [works] = beta.creates;
    alpha.creates = [failing('unavailable')];
    beta.creates = [failing('unavailable')];
    await expect(start(caseId)).rejects.toMatchObject({
      code: 'dependency_unavailable',
      options: { retryAfterSeconds: expect.any(Number) },
    });
    expect(await readCase(world, caseId)).toMatchObject(waits);
    beta.creates = works ? [works] : [];
    beta.fetches = [pendingReport];
    for (let look = 0; look < 3; look += 1) await letTimePass(world);
    expect(await readCase(world, caseId)).toMatchObject({ state: 'verifying', stateReason: null, nextAttemptAt: null });
    const view = await world.database.read((tx) =>
      world.views.openFor(tx, { id: caseId, attempt: 1, documentType: null }),
    );
    expect(view).toMatchObject({ provider: 'beta', handoff: { kind: 'redirect' } });
    expect((await auditTypes(world, caseId)).slice(-2)).toEqual(['verification.session_created', 'case.proceeding']);
  });

  it('costs a waiting case nothing while its circuit is open: no tries, no failures, one event in the trail', async () => {
    await breakAlpha();
    const asked = alpha.created.length;
    const caseId = await open(['alpha']);
    const browser = newBrowser();
    for (const _time of ['at first', 'and again'])
      await expect(start(caseId, { browser })).rejects.toMatchObject({ code: 'dependency_unavailable' });
    for (let look = 0; look < 10; look += 1) await letTimePass(world);
    expect(alpha.created).toHaveLength(asked);
    expect(await readCase(world, caseId)).toMatchObject(waits);
    expect(await auditTypes(world, caseId)).toEqual(['case.submitted', 'case.waiting_for_provider']);
    expect(await auditData(caseId, 'case.waiting_for_provider')).toMatchObject([{ leftOut: ['alpha:circuit_open'] }]);
    await rest(11);
    expect(await readCase(world, caseId)).toMatchObject({ state: 'verifying', stateReason: null });
  });

  it('that fails after the person was there is followed by the next one’s hand-off', async () => {
    const caseId = await open(['alpha', 'beta']);
    await start(caseId);
    alpha.fetches = [failing('unavailable')];
    beta.fetches = [pendingReport];
    for (let look = 0; look < 9; look += 1) await letTimePass(world);
    const view = await world.database.read((tx) =>
      world.views.openFor(tx, { id: caseId, attempt: 1, documentType: null }),
    );
    expect(view).toMatchObject({
      provider: 'beta',
      handoff: { url: 'https://beta.example/verify' },
      insteadOf: { displayName: 'A partner', dataLeaves: 'partner' },
    });
    expect(await readCase(world, caseId)).toMatchObject({ state: 'verifying', stateReason: null });
  });

  it('is not offered first for another try, which the person is told was its fault; who said no is', async () => {
    for (const [fault, first] of [
      [pendingReport, 'alpha'],
      [failing('unavailable'), 'local'],
    ] as const) {
      const caseId = await open(['local', 'alpha']);
      await start(caseId, { provider: 'alpha' });
      alpha.fetches = [fault];
      for (let look = 0; look < 9; look += 1) await letTimePass(world);
      if (first === 'alpha')
        await world.database.transaction((tx) => world.cases.transition(tx, { caseId, name: 'retry', actor: SYSTEM }));
      const again = await readCase(world, caseId);
      expect(again).toMatchObject({ state: 'awaiting_evidence', attempt: 2 });
      await world.database.read(async (tx) => {
        expect((await world.views.offersFor(tx, again)).map(({ id }) => id)[0]).toBe(first);
        expect(await world.views.failedBefore(tx, again)).toBe(first === 'local');
      });
    }
  });

  it('T33 that lies is asked once more and then left for the next one', async () => {
    const caseId = await open(['alpha', 'beta']);
    await start(caseId);
    alpha.fetches = [(context) => passingReport(context, { binding: { externalId: 'another', nonce: context.nonce } })];
    beta.fetches = [pendingReport];
    await letTimePass(world);
    expect(alpha.fetched).toHaveLength(1);
    expect((await readCase(world, caseId)).provider).toBe('alpha');
    await letTimePass(world);
    expect(alpha.fetched).toHaveLength(2);
    expect(await auditData(caseId, 'verification.session_failed')).toMatchObject([{ error: 'result_refused' }]);
    const view = await world.database.read((tx) =>
      world.views.openFor(tx, { id: caseId, attempt: 1, documentType: null }),
    );
    expect(view?.provider).toBe('beta');
  });

  it('T33 that lies to five people gets no sixth', async () => {
    alpha.fetches = [(context) => passingReport(context, { binding: { externalId: 'another', nonce: context.nonce } })];
    for (let person = 0; person < 3; person += 1) await start(await open(['alpha', 'beta']));
    await letTimePass(world);
    await letTimePass(world);
    expect(world.vitals.circuit('alpha').state).toBe('open');
    expect((await start(await open(['alpha', 'beta']))).session.provider).toBe('beta');
  });

  it('never leaves a case with two living sessions, however many ask at once', async () => {
    alpha.creates = [failing('unavailable')];
    const caseId = await open(['alpha', 'beta']);
    const browser = newBrowser();
    await Promise.allSettled(Array.from({ length: 20 }, () => world.starting.start({ caseId, ...browser })));
    await letTimePass(world);
    expect([alpha.created.length, beta.created.length]).toEqual([1, 1]);
  });
});

/** Everything but the clock itself. */
const TIMERS = [
  'hrtime',
  'nextTick',
  'performance',
  'queueMicrotask',
  'setImmediate',
  'clearImmediate',
  'setInterval',
  'clearInterval',
  'setTimeout',
  'clearTimeout',
] as const;
