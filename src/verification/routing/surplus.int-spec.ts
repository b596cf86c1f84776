import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { CreatedSession, CreateSessionContext } from '../../../providers/kit/index.js';
import { AccountableProvider } from '../../../test/support/verification/accountable-provider.js';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import {
  failing,
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

describe('sessions at partners that nobody will use (I12, F27)', () => {
  let test: TestDatabase;
  let world: VerificationWorld;
  let alpha: AccountableProvider;
  let beta: AccountableProvider;
  /** Cannot be asked about its sessions, and makes a new one whenever it is asked for one. */
  let gamma: ScriptedProvider;

  beforeAll(async () => {
    test = await openTestDatabase();
  });
  afterAll(() => test.close());
  beforeEach(async () => {
    alpha = new AccountableProvider('alpha');
    beta = new AccountableProvider('beta');
    gamma = new ScriptedProvider('gamma', { idempotentCreate: false });
    world = createVerificationWorld({ database: test.database, providers: [alpha, beta, gamma] });
    await forgetPlanned(world);
  });

  const open = async (...providers: string[]) => (await openCase(world, { providers })).id;
  const start = (caseId: string) => world.starting.start({ caseId, ...newBrowser() });
  const surplusOf = (caseId: string) =>
    world.database.read(
      (tx) => tx.many<{
        externalId: string | null;
        state: string;
      }>`SELECT u.external_id, u.state FROM surplus_sessions u
        JOIN verification_sessions s ON s.id = u.session_id WHERE s.case_id = ${caseId} ORDER BY u.created_at, u.id`,
    );
  /** The partner makes the session; its answer never gets here. */
  const lost =
    (partner: ScriptedProvider) =>
    (context: CreateSessionContext): CreatedSession => {
      partner.session(context);
      return failing('timeout')();
    };
  const said = async (caseId: string) =>
    (await auditTypes(world, caseId)).filter((type) => type.startsWith('verification.surplus'));

  it('are found by our reference and cancelled after the person went on with somebody else', async () => {
    const caseId = await open('alpha', 'beta');
    alpha.creates = [lost(alpha)];
    const { session } = await start(caseId);
    expect([session.provider, alpha.living.length]).toEqual(['beta', 1]);
    await letTimePass(world);
    expect(alpha.living).toEqual([]);
    expect(alpha.erased).toEqual([...alpha.sessions.keys()]);
    expect(await surplusOf(caseId)).toMatchObject([{ state: 'closed' }]);
    expect(await said(caseId)).toEqual(['verification.surplus_session_closed']);
    expect(beta.living).toHaveLength(1);
  });

  it('that were never made are looked for twice and then known to be absent, silently', async () => {
    const caseId = await open('alpha', 'beta');
    alpha.creates = [failing('unreachable')];
    await start(caseId);
    await letTimePass(world);
    expect(await surplusOf(caseId)).toMatchObject([{ state: 'due' }]);
    await letTimePass(world);
    expect(await surplusOf(caseId)).toEqual([{ externalId: null, state: 'absent' }]);
    expect([alpha.lookUps.length, await said(caseId)]).toEqual([2, []]);
  });

  it('are looked for again while the partner is away', async () => {
    const caseId = await open('alpha', 'beta');
    alpha.creates = [lost(alpha)];
    await start(caseId);
    const finds = alpha.findSession.bind(alpha);
    alpha.findSession = failing('unavailable');
    await letTimePass(world);
    expect(await surplusOf(caseId)).toMatchObject([{ state: 'due' }]);
    alpha.findSession = finds;
    await letTimePass(world);
    expect(await surplusOf(caseId)).toMatchObject([{ state: 'closed' }]);
  });

  it('at a partner that cannot be asked about them are said in the trail', async () => {
    const caseId = await open('gamma', 'beta');
    gamma.creates = [failing('timeout')];
    await start(caseId);
    await letTimePass(world);
    expect(await surplusOf(caseId)).toEqual([{ externalId: null, state: 'unresolved' }]);
    expect(await said(caseId)).toEqual(['verification.surplus_session_unresolved']);
  });

  it('do not come of a repeated call: the session is looked up first', async () => {
    const caseId = await open('alpha');
    const [works] = alpha.creates;
    alpha.creates = [lost(alpha), ...(works ? [works] : [])];
    await expect(start(caseId)).rejects.toMatchObject({ code: 'dependency_unavailable' });
    await letTimePass(world);
    expect([alpha.created.length, alpha.lookUps.length, alpha.sessions.size]).toEqual([1, 1, 1]);
    const view = await world.database.read((tx) =>
      world.views.openFor(tx, { id: caseId, attempt: 1, documentType: null }),
    );
    expect(view).toMatchObject({ provider: 'alpha', handoff: { kind: 'redirect' } });
    expect(await surplusOf(caseId)).toEqual([]);
  });

  it('may come of a repeated call where nobody can tell; the risk is taken for want of anybody else, and said', async () => {
    const caseId = await open('gamma');
    const [works] = gamma.creates;
    gamma.creates = [failing('timeout'), ...(works ? [works] : [])];
    await expect(start(caseId)).rejects.toMatchObject({ code: 'dependency_unavailable' });
    await letTimePass(world);
    expect(gamma.created).toHaveLength(2);
    expect(await said(caseId)).toEqual(['verification.surplus_session_unresolved']);
  });

  it('made for a case that closed meanwhile are recorded and cancelled', async () => {
    const caseId = await open('alpha');
    const [works] = alpha.creates;
    alpha.creates = [
      async (context) => {
        await world.database.transaction((tx) => world.cases.transition(tx, { caseId, name: 'cancel', actor: SYSTEM }));
        return works?.(context) ?? failing('broken')();
      },
    ];
    await expect(start(caseId)).rejects.toMatchObject({ code: 'request_in_progress' });
    const [externalId] = [...alpha.sessions.keys()];
    expect(await surplusOf(caseId)).toEqual([{ externalId, state: 'due' }]);
    await letTimePass(world);
    expect(alpha.living).toEqual([]);
    expect(await said(caseId)).toEqual(['verification.surplus_session_closed']);
    expect((await readCase(world, caseId)).state).toBe('cancelled');
  });

  it('whose answer comes after everybody went on are recorded and cancelled', async () => {
    const caseId = await open('gamma', 'beta');
    let answer: (() => void) | undefined;
    gamma.creates = [
      async (context) => {
        await new Promise<void>((resolve) => (answer = resolve));
        return gamma.session(context);
      },
    ];
    expect((await start(caseId)).session.provider).toBe('beta');
    answer?.();
    while ((await surplusOf(caseId)).every(({ externalId }) => externalId === null)) await letTimePass(world);
    const known = (await surplusOf(caseId)).filter(({ externalId }) => externalId !== null);
    expect(known).toHaveLength(1);
  });

  it('are left by nobody whose partner fails after the person was there', async () => {
    const caseId = await open('alpha', 'beta');
    await start(caseId);
    alpha.fetches = [failing('session_unknown')];
    await letTimePass(world);
    await letTimePass(world);
    expect([alpha.living.length, beta.living.length]).toEqual([0, 1]);
    // Its data is erased with the case, like that of every session that has its row.
    expect(alpha.erased).toEqual([]);
  });

  const runOut = async (caseId: string) => {
    await world.database.transaction(
      (tx) => tx.run`UPDATE verification_sessions SET expires_at = clock_timestamp() WHERE case_id = ${caseId}`,
    );
    await letTimePass(world);
  };

  it('that a person left until their time ran out are cancelled after a last look', async () => {
    const caseId = await open('alpha');
    await start(caseId);
    alpha.fetches = [pendingReport];
    await runOut(caseId);
    expect(await readCase(world, caseId)).toMatchObject({ state: 'awaiting_evidence', attempt: 2 });
    await letTimePass(world);
    await letTimePass(world);
    expect(alpha.living).toEqual([]);
    expect(await said(caseId)).toEqual(['verification.surplus_session_closed']);
  });

  it('that a person left run out by themselves at a partner that cannot cancel, and raise no alarm', async () => {
    const caseId = await open('gamma');
    await start(caseId);
    gamma.fetches = [pendingReport];
    await runOut(caseId);
    expect(await readCase(world, caseId)).toMatchObject({ state: 'awaiting_evidence', attempt: 2 });
    expect(await surplusOf(caseId)).toEqual([]);
  });

  it('of a case that closed are cancelled by whoever notices first', async () => {
    const caseId = await open('alpha');
    await start(caseId);
    alpha.fetches = [pendingReport];
    await world.database.transaction((tx) => world.cases.transition(tx, { caseId, name: 'cancel', actor: SYSTEM }));
    await letTimePass(world);
    expect(await auditTypes(world, caseId)).toContain('verification.late_result_ignored');
    await letTimePass(world);
    await letTimePass(world);
    expect(alpha.living).toEqual([]);
  });

  it('that the partner itself ended are left alone', async () => {
    const caseId = await open('alpha');
    await start(caseId);
    alpha.fetches = [(context) => passingReport(context, { status: 'cancelled', checks: [] })];
    await letTimePass(world);
    expect(await readCase(world, caseId)).toMatchObject({ state: 'awaiting_evidence', attempt: 2 });
    expect(await surplusOf(caseId)).toEqual([]);
  });
});
