import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { copyOf, ScriptedFingerprints } from '../../../test/support/verification/scripted-fingerprints.js';
import { OWN_MACHINE, ScriptedProvider } from '../../../test/support/verification/scripted-provider.js';
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
import type { VerificationSession } from '../session/verification-session.js';

describe('a selfie that nobody could look at when it was taken (T72)', () => {
  let test: TestDatabase;
  let world: VerificationWorld;
  let local: ScriptedProvider;
  let partner: ScriptedProvider;
  let fingerprints: ScriptedFingerprints;
  let handed: string[];

  beforeAll(async () => {
    test = await openTestDatabase();
  });
  afterAll(() => test.close());
  beforeEach(async () => {
    local = new ScriptedProvider('local', OWN_MACHINE);
    local.fingerprints = fingerprints = new ScriptedFingerprints();
    partner = new ScriptedProvider('partner', { ...OWN_MACHINE, dataLeaves: 'partner' });
    handed = [];
    partner.submitEvidence = async ({ reference }) => void handed.push(reference);
    world = createVerificationWorld({ database: test.database, providers: [local, partner] });
    await forgetPlanned(world);
  });

  type Options = Partial<Parameters<typeof openCase>[1]>;

  /** A case with both pictures, not looked at. */
  async function captured(photograph: string, options: Options = {}) {
    fingerprints.down = true;
    const { id: caseId } = await openCase(world, { providers: ['local'], ...options });
    const browser = newBrowser();
    await world.uploads.upload({ caseId, ...browser, kind: 'document_front', bytes: Buffer.from(`front ${caseId}`) });
    const selfie = { kind: 'selfie' as const, bytes: copyOf(photograph, caseId) };
    expect(await world.uploads.upload({ caseId, ...browser, ...selfie })).toMatchObject({ accepted: true });
    fingerprints.down = false;
    return { caseId, submit: () => world.submission.submit({ caseId, ...browser }) };
  }

  const sessionsOf = (caseId: string) =>
    world.database.read(
      (tx) =>
        tx.many<VerificationSession>`SELECT * FROM verification_sessions WHERE case_id = ${caseId} ORDER BY created_at, id`,
    );

  /** The photograph was seen on a case before. */
  async function seen(photograph: string): Promise<void> {
    const { id: caseId } = await openCase(world, { providers: ['local'] });
    const bytes = copyOf(photograph, 'elsewhere');
    await world.uploads.upload({ caseId, ...newBrowser(), kind: 'selfie', bytes });
  }

  it('is looked at before anybody is asked for a result, and taken again when it was used before', async () => {
    const { caseId, submit } = await captured('leaked');
    await seen('leaked');
    await submit();
    await drain(world);
    expect(local.fetched).toEqual([]);
    expect(await readCase(world, caseId)).toMatchObject({
      state: 'awaiting_evidence',
      attempt: 2,
      stateReason: 'capture_to_be_repeated',
    });
    const said = await world.database.read(
      (tx) => tx.one`SELECT data->>'error' AS error FROM audit_events
        WHERE chain_id = ${caseId} AND type = 'verification.session_abandoned'`,
    );
    expect(said).toEqual({ error: 'same_photo' });
  });

  it('goes to a person when it was the last attempt', async () => {
    const { caseId, submit } = await captured('last', { attempts: 1 });
    await seen('last');
    await submit();
    await drain(world);
    expect(await readCase(world, caseId)).toMatchObject({ state: 'in_review', stateReason: 'attempts_exhausted' });
  });

  it('does not leave for a partner either', async () => {
    const { caseId, submit } = await captured('partner', { providers: ['partner'] });
    await seen('partner');
    await submit();
    await letTimePass(world);
    expect([handed, partner.fetched]).toEqual([[], []]);
    expect(await readCase(world, caseId)).toMatchObject({ state: 'awaiting_evidence', attempt: 2 });
  });

  it.each(['local', 'partner'])('gives no result of %s while still nobody can', async (provider) => {
    const { caseId, submit } = await captured(`unseen ${provider}`, { providers: [provider] });
    fingerprints.down = true;
    await submit();
    for (let look = 0; look < 12; look += 1) await letTimePass(world);
    expect([local.fetched, partner.fetched, handed]).toEqual([[], [], []]);
    expect((await readCase(world, caseId)).state).not.toBe('adjudicating');
  });

  it('is nobody’s failure meanwhile, and the same session goes on as soon as somebody can', async () => {
    const { caseId, submit } = await captured('waited for', { providers: ['partner', 'local'] });
    fingerprints.down = true;
    await submit();
    for (let look = 0; look < 12; look += 1) await letTimePass(world);
    expect(await readCase(world, caseId)).toMatchObject({ state: 'verifying', stateReason: 'waiting_for_provider' });
    expect(await sessionsOf(caseId)).toMatchObject([{ provider: 'partner', state: 'collecting', fetchTries: 0 }]);
    fingerprints.down = false;
    for (let look = 0; look < 2; look += 1) await letTimePass(world);
    expect((await readCase(world, caseId)).state).toBe('adjudicating');
    expect(await sessionsOf(caseId)).toMatchObject([{ provider: 'partner', state: 'reported' }]);
  });

  it('goes to a person, and to no other provider, when nobody could until the time for a result is over', async () => {
    const { caseId, submit } = await captured('given up', { providers: ['partner', 'local'] });
    fingerprints.down = true;
    await submit();
    await letTimePass(world);
    await world.database.transaction(
      (tx) => tx.run`UPDATE verification_sessions SET expires_at = clock_timestamp() WHERE case_id = ${caseId}`,
    );
    await letTimePass(world);
    expect(await readCase(world, caseId)).toMatchObject({ state: 'in_review', stateReason: 'pictures_not_checked' });
    expect(await sessionsOf(caseId)).toMatchObject([{ state: 'abandoned', lastError: 'selfie_not_looked_at' }]);
    expect(await auditTypes(world, caseId)).not.toContain('verification.session_failed');
    expect(handed).toEqual([]);
  });

  it('is the failure of the provider that was asked, where that is the one who looks', async () => {
    const { caseId, submit } = await captured('own', { providers: ['local'] });
    fingerprints.down = true;
    await submit();
    for (let look = 0; look < 8; look += 1) await letTimePass(world);
    expect((await sessionsOf(caseId))[0]).toMatchObject({
      provider: 'local',
      state: 'failed',
      lastError: 'unavailable',
    });
    expect(local.fetched).toEqual([]);
  });

  it('goes on when it is new, is looked at once, and is known from then on', async () => {
    const { caseId, submit } = await captured('new');
    await submit();
    await letTimePass(world);
    expect((await readCase(world, caseId)).state).toBe('adjudicating');
    expect(fingerprints.asked).toEqual(['new']);
    const { id: other } = await openCase(world, { providers: ['local'] });
    const bytes = copyOf('new', 'again');
    const again = world.uploads.upload({ caseId: other, ...newBrowser(), kind: 'selfie', bytes });
    expect(await again).toMatchObject({ accepted: false, reasons: ['same_photo'] });
  });

  it('is found on one of two cases that are looked at together', async () => {
    const cases = [await captured('twins'), await captured('twins')];
    for (const { submit } of cases) await submit();
    const sessions = await Promise.all(
      cases.map(({ caseId }) => world.database.read((tx) => world.sessions.findLiving(tx, caseId, 1))),
    );
    await Promise.all(
      sessions.map((session) =>
        world.collector.collect({ caseId: session?.caseId ?? '', attempt: 1, sessionId: session?.id ?? '' }),
      ),
    );
    const states = await Promise.all(cases.map(async ({ caseId }) => (await readCase(world, caseId)).state));
    expect(states.sort()).toEqual(['adjudicating', 'awaiting_evidence']);
  });

  it('is not looked at where the policy lets pictures be used again', async () => {
    const { caseId, submit } = await captured('shown', { policy: { allowRepeatedPictures: true } });
    await seen('shown');
    await submit();
    await drain(world);
    expect((await readCase(world, caseId)).state).toBe('adjudicating');
  });

  it('goes on where nobody of the deployment can tell photographs at all', async () => {
    local.fingerprints = undefined;
    const { caseId, submit } = await captured('plain');
    await submit();
    await drain(world);
    expect((await readCase(world, caseId)).state).toBe('adjudicating');
  });
});
