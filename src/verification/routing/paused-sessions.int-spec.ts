import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { failing, ScriptedProvider } from '../../../test/support/verification/scripted-provider.js';
import { forgetPlanned, letTimePass, newBrowser, openCase } from '../../../test/support/verification/world-cases.js';
import {
  createVerificationWorld,
  type VerificationWorld,
} from '../../../test/support/verification/verification-world.js';
import { SystemClock } from '../../platform/clock/clock.js';
import { RecoveryPauses } from '../../recovery-pause/recovery-pauses.js';
import { ProviderControlChanges } from '../providers/provider-control-changes.js';

describe('a session that waits for a partner while all recoveries are paused (T45)', () => {
  const pauses = new RecoveryPauses(new SystemClock());
  const person = (id: string) => ({ kind: 'person', id, scopes: new Set<never>() }) as const;
  let test: TestDatabase;
  let world: VerificationWorld;
  let alpha: ScriptedProvider;
  let beta: ScriptedProvider;

  beforeAll(async () => {
    test = await openTestDatabase();
  });
  afterAll(() => test.close());
  beforeEach(async () => {
    [alpha, beta] = [new ScriptedProvider('alpha'), new ScriptedProvider('beta')];
    world = createVerificationWorld({ database: test.database, providers: [alpha, beta] });
    await forgetPlanned(world);
  });
  afterEach(() => resume());

  const pause = () =>
    test.database.transaction((tx) => pauses.pause(tx, { reasonCode: 'exercise', actor: person('olga') }));
  const resume = () => test.database.transaction((tx) => pauses.resume(tx, person('omar')));
  const disable = (provider: string) =>
    test.database.transaction((tx) =>
      new ProviderControlChanges(world.registry, world.controls).change(tx, {
        provider,
        patch: { disabled: { reason: 'incident 4711' } },
        actor: person('olga'),
      }),
    );
  const sessionOf = (caseId: string) =>
    test.database.read(
      (tx) => tx.one<{ id: string }>`SELECT id, state, create_tries, last_error, possibly_created_at, asked_at
        FROM verification_sessions WHERE case_id = ${caseId}`,
    );
  /** Alpha did not take it just now, and there is nobody else; it would take the next one. */
  async function unasked(providers: string[]): Promise<string> {
    const { id: caseId } = await openCase(world, { providers });
    alpha.creates.unshift(failing('unavailable'));
    await expect(world.starting.start({ caseId, ...newBrowser() })).rejects.toMatchObject({
      code: 'dependency_unavailable',
    });
    return caseId;
  }

  it('loses no try and is not taken for one that may have been opened, however long the pause is', async () => {
    const caseId = await unasked(['alpha']);
    const before = await sessionOf(caseId);
    await pause();
    for (let round = 0; round < 4; round += 1)
      expect(await letTimePass(world)).toContain('verification.session_pending');
    expect(await sessionOf(caseId)).toEqual(before);
    await resume();
    await letTimePass(world);
    expect(await sessionOf(caseId)).toMatchObject({ state: 'open', createTries: 2, possiblyCreatedAt: null });
  });

  it('is not sent to a partner that was switched off meanwhile, even when the call may have been made', async () => {
    await disable('beta');
    const caseId = await unasked(['alpha', 'beta']);
    // As if the process had died with its call, and beta came back.
    await test.asOwner('UPDATE verification_sessions SET last_error = NULL WHERE case_id = $1', [caseId]);
    await test.asOwner('UPDATE provider_controls SET disabled_at = NULL, disabled_reason = NULL', []);
    await pause();
    await letTimePass(world);
    await disable('alpha');
    await resume();
    await letTimePass(world);
    expect([alpha.created.length, beta.created.length]).toEqual([1, 1]);
    const rows = await test.database.read(
      (tx) => tx.many`SELECT s.provider, s.state, u.session_id IS NOT NULL AS surplus
        FROM verification_sessions s LEFT JOIN surplus_sessions u ON u.session_id = s.id
        WHERE s.case_id = ${caseId} ORDER BY s.provider`,
    );
    expect(rows).toEqual([
      { provider: 'alpha', state: 'failed', surplus: true },
      { provider: 'beta', state: 'open', surplus: false },
    ]);
  });

  it('that was claimed a moment before the pause is given back untouched', async () => {
    const { id: caseId } = await openCase(world, { providers: ['alpha'] });
    await disable('alpha');
    await expect(world.starting.start({ caseId, ...newBrowser() })).rejects.toMatchObject({
      code: 'dependency_unavailable',
    });
    await forgetPlanned(world);
    const { id } = await sessionOf(caseId);
    await test.asOwner('UPDATE verification_sessions SET next_fetch_at = now() WHERE id = $1', [id]);
    const claimed = await test.database.transaction((tx) => world.sessions.claimCreate(tx, id));
    await pause();
    if (!claimed) throw new Error('nothing was claimed');
    expect(await world.opener.openClaimed(claimed)).toMatchObject({ kind: 'waiting' });
    expect(await sessionOf(caseId)).toMatchObject({ createTries: 0, possiblyCreatedAt: null, askedAt: null });
    expect(alpha.created).toEqual([]);
  });
});
