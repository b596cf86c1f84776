import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { pendingReport, ScriptedProvider } from '../../../test/support/verification/scripted-provider.js';
import {
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

/** Threats T35 and T36: coming back proves nothing. */
describe('a browser that comes back from a partner', () => {
  let test: TestDatabase;
  let world: VerificationWorld;
  let alpha: ScriptedProvider;
  let sent: { caseId: string; state: string };

  beforeAll(async () => {
    test = await openTestDatabase();
  });
  afterAll(() => test.close());
  beforeEach(async () => {
    alpha = new ScriptedProvider('alpha');
    world = createVerificationWorld({ database: test.database, providers: [alpha] });
    const { id: caseId } = await openCase(world, { providers: ['alpha'] });
    const { session } = await world.starting.start({ caseId, ...newBrowser() });
    await world.database.transaction(
      (tx) =>
        tx.run`UPDATE verification_sessions SET updated_at = now() - interval '1 minute' WHERE id = ${session.id}`,
    );
    sent = { caseId, state: new URL(alpha.created[0]?.returnUrl ?? '').searchParams.get('state') ?? '' };
    await forgetPlanned(world);
  });

  it('makes us ask the partner, and believes only the partner', async () => {
    alpha.fetches = [pendingReport];
    await world.returns.comeBack({ provider: 'alpha', ...sent });
    expect(await drain(world)).toContain('verification.collect_due');
    expect(alpha.fetched).toHaveLength(1);
    expect((await readCase(world, sent.caseId)).state).toBe('verifying');
  });

  it('asks once however often the page is reloaded', async () => {
    for (let reload = 0; reload < 20; reload += 1) await world.returns.comeBack({ provider: 'alpha', ...sent });
    expect((await drain(world)).filter((event) => event === 'verification.collect_due')).toHaveLength(1);
  });

  it.each([
    ['without a state', { state: '' }],
    ['with another state', { state: 'A'.repeat(43) }],
    ['with the flow of another case', { caseId: 'rc_other' }],
    ['from another partner', { provider: 'beta' }],
  ])('does nothing %s', async (_what, change) => {
    await world.returns.comeBack({ provider: 'alpha', ...sent, ...change });
    expect(await drain(world)).toEqual([]);
    expect(alpha.fetched).toEqual([]);
  });
});
