import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ProviderError, Sensitive } from '../../../providers/kit/index.js';
import { SYSTEM } from '../../audit-trail/audit-event-types.js';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { pendingReport, ScriptedProvider } from '../../../test/support/verification/scripted-provider.js';
import {
  auditTypes,
  drain,
  forgetPlanned,
  newBrowser,
  openCase,
  readCase,
} from '../../../test/support/verification/world-cases.js';
import {
  createVerificationWorld,
  type VerificationWorld,
} from '../../../test/support/verification/verification-world.js';

import type { Arrival } from './provider-return.js';

/** Coming back proves nothing. */
describe('a browser that comes back from a partner', () => {
  let test: TestDatabase;
  let world: VerificationWorld;
  let alpha: ScriptedProvider;
  let sent: Arrival;
  let sessionId: string;
  let browser: ReturnType<typeof newBrowser>;

  beforeAll(async () => {
    test = await openTestDatabase();
  });
  afterAll(() => test.close());
  beforeEach(async () => {
    alpha = new ScriptedProvider('alpha');
    world = createVerificationWorld({ database: test.database, providers: [alpha] });
    const { id: caseId } = await openCase(world, { providers: ['alpha'] });
    browser = newBrowser();
    const { session } = await world.starting.start({ caseId, ...browser });
    sessionId = session.id;
    await world.database.transaction(
      (tx) =>
        tx.run`UPDATE verification_sessions SET updated_at = now() - interval '1 minute' WHERE id = ${session.id}`,
    );
    const state = new URL(alpha.created[0]?.returnUrl ?? '').searchParams.get('state') ?? '';
    sent = { provider: 'alpha', caseId, state, query: { state, status: 'approved' }, request: browser.request };
    await forgetPlanned(world);
  });

  it('T35 T36 makes us ask the partner, and believes only the partner', async () => {
    alpha.fetches = [pendingReport];
    await world.returns.comeBack(sent);
    expect(await drain(world)).toContain('verification.collect_due');
    expect(alpha.fetched).toHaveLength(1);
    expect((await readCase(world, sent.caseId)).state).toBe('verifying');
  });

  it('asks once however often the page is reloaded', async () => {
    for (let reload = 0; reload < 20; reload += 1) await world.returns.comeBack(sent);
    expect((await drain(world)).filter((event) => event === 'verification.collect_due')).toHaveLength(1);
  });

  it.each([
    ['without a state', { state: '' }],
    ['with another state', { state: 'A'.repeat(43) }],
    ['with the flow of another case', { caseId: 'rc_other' }],
    ['from another partner', { provider: 'beta' }],
  ])('T35 does nothing %s', async (_what, change) => {
    await world.returns.comeBack({ ...sent, ...change });
    expect(await drain(world)).toEqual([]);
    expect(alpha.fetched).toEqual([]);
    expect(await returnedAt()).toBeNull();
  });

  it('for a case that was stopped asks nobody, exchanges no code, and leads to no partner again', async () => {
    alpha.capabilities.resultTransport = 'oidc_code';
    const { caseId } = sent;
    await world.database.transaction((tx) => world.cases.transition(tx, { caseId, name: 'cancel', actor: SYSTEM }));
    await forgetPlanned(world);
    await world.returns.comeBack(sent);
    expect(await drain(world)).toEqual([]);
    expect([alpha.returned, alpha.fetched]).toEqual([[], []]);
    expect(await returnedAt()).toBeNull();
    await expect(world.starting.start({ caseId, ...browser })).rejects.toMatchObject({ code: 'wrong_state' });
  });

  it('shows that it sits where the check was done, once', async () => {
    await world.returns.comeBack(sent);
    const first = await returnedAt();
    expect(first).toBeInstanceOf(Date);
    await world.returns.comeBack(sent);
    expect(await returnedAt()).toEqual(first);
    expect((await planned()).filter((event) => event === 'verification.browser_returned')).toHaveLength(1);
    const seen = (await auditTypes(world, sent.caseId)).filter((type) => type === 'verification.browser_returned');
    expect(seen).toHaveLength(1);
  });

  it('T33 of somebody else, with the victim’s state and flow but not the capture’s cookie, shows nothing of the kind', async () => {
    await world.returns.comeBack({ ...sent, request: newBrowser().request });
    expect(await returnedAt()).toBeNull();
    expect(await planned()).not.toContain('verification.browser_returned');
  });

  describe('with a code', () => {
    beforeEach(() => {
      alpha.capabilities.resultTransport = 'oidc_code';
    });

    it('has it exchanged once, and what came of it is sealed for the report', async () => {
      alpha.returns = async () => ({ signal: 'came_back', payload: new Sensitive('what the code was good for') });
      alpha.fetches = [pendingReport];
      await Promise.all([world.returns.comeBack(sent), world.returns.comeBack(sent), world.returns.comeBack(sent)]);
      await drain(world);
      expect(alpha.returned).toEqual([sent.query]);
      expect(alpha.fetched[0]?.deliveries?.map((delivery) => delivery.reveal())).toEqual([
        'what the code was good for',
      ]);
      const rows = await world.database.read(
        (tx) =>
          tx.many<{
            payloadSealed: Buffer;
          }>`SELECT payload_sealed FROM session_deliveries WHERE session_id = ${sessionId}`,
      );
      expect(rows.map((row) => row.payloadSealed.includes('what the code'))).toEqual([false]);
    });

    it('that the partner could not take is offered once more, and then the next provider is asked', async () => {
      alpha.returns = async () => {
        throw new ProviderError('unavailable', 'not now');
      };
      await world.returns.comeBack(sent);
      expect(alpha.returned).toHaveLength(2);
      expect(await lastError()).toEqual({ state: 'failed', lastError: 'unavailable' });
    });

    it('that nobody can vouch for ends the session at once', async () => {
      alpha.returns = async () => {
        throw new ProviderError('not_authentic', 'another issuer');
      };
      await world.returns.comeBack(sent);
      expect(alpha.returned).toHaveLength(1);
      expect(await lastError()).toEqual({ state: 'failed', lastError: 'not_authentic' });
    });
  });

  const returnedAt = async () => (await world.database.read((tx) => world.sessions.find(tx, sessionId)))?.returnedAt;
  const lastError = () =>
    world.database.read(
      (tx) =>
        tx.one<{
          state: string;
          lastError: string;
        }>`SELECT state, last_error FROM verification_sessions WHERE id = ${sessionId}`,
    );
  const planned = async () =>
    (
      await world.database.read(
        (tx) => tx.many<{ event: string }>`SELECT event FROM outbox WHERE payload ->> 'caseId' = ${sent.caseId}`,
      )
    ).map((row) => row.event);
});
