import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ProviderErrorCode } from '../../../providers/kit/index.js';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import {
  failing,
  OWN_MACHINE,
  passingReport,
  ScriptedProvider,
} from '../../../test/support/verification/scripted-provider.js';
import {
  drain,
  forgetPlanned,
  letTimePass,
  newBrowser,
  openCase,
  readCase,
  type CaseOptions,
} from '../../../test/support/verification/world-cases.js';
import {
  createVerificationWorld,
  type VerificationWorld,
} from '../../../test/support/verification/verification-world.js';

describe('our own machine that cannot do its check (F34, F35)', () => {
  let test: TestDatabase;
  let world: VerificationWorld;
  let local: ScriptedProvider;

  beforeAll(async () => {
    test = await openTestDatabase();
  });
  afterAll(() => test.close());
  beforeEach(async () => {
    local = new ScriptedProvider('local', OWN_MACHINE);
    world = createVerificationWorld({ database: test.database, providers: [local] });
    await forgetPlanned(world);
  });

  /** A case whose pictures are handed in and whose check has been tried once. */
  async function submitted(options: Partial<CaseOptions> = {}): Promise<string> {
    const { id: caseId } = await openCase(world, { providers: ['local'], ...options });
    const browser = newBrowser();
    for (const kind of ['document_front', 'selfie'] as const)
      await world.uploads.upload({ caseId, ...browser, kind, bytes: Buffer.from(`pixels${caseId}${kind}`) });
    await world.submission.submit({ caseId, ...browser });
    await drain(world);
    return caseId;
  }

  const errorsOf = async (caseId: string, type: string): Promise<unknown[]> =>
    (
      await world.database.read(
        (tx) => tx.many<{ data: { error?: string } }>`SELECT data FROM audit_events
          WHERE chain_id = ${caseId} AND type = ${type} ORDER BY seq`,
      )
    ).map(({ data }) => data.error);

  const WAITS = { state: 'verifying', stateReason: 'waiting_for_provider', nextAttemptAt: expect.any(Date) };

  it.each<[string, ProviderErrorCode]>([
    ['whose process died', 'unavailable'],
    ['whose process stood still', 'timeout'],
  ])('F34: %s: the case waits for it, says why, and is checked again', async (_what, code) => {
    local.fetches = [failing(code), passingReport];
    const caseId = await submitted();
    expect(await readCase(world, caseId)).toMatchObject(WAITS);
    expect(await errorsOf(caseId, 'case.waiting_for_provider')).toEqual([code]);
    await letTimePass(world);
    expect(await readCase(world, caseId)).toMatchObject({ state: 'adjudicating', stateReason: null });
  });

  it('F34: with too many checks before it: the case is asked for again, as often as it takes, and no try is spent', async () => {
    local.fetches = [...Array.from({ length: 10 }, () => failing('busy')), passingReport];
    const caseId = await submitted();
    expect(await readCase(world, caseId)).toMatchObject({ state: 'verifying', stateReason: null });
    for (let look = 0; look < 10; look += 1) await letTimePass(world);
    expect(await readCase(world, caseId)).toMatchObject({ state: 'adjudicating', stateReason: null });
    expect(await errorsOf(caseId, 'case.waiting_for_provider')).toEqual([]);
  });

  describe('with too many checks before it until the time for a result is over', () => {
    const timeIsOver = (caseId: string): Promise<number> =>
      world.database.transaction(
        (tx) => tx.run`UPDATE verification_sessions SET expires_at = clock_timestamp() WHERE case_id = ${caseId}`,
      );

    it('F34: the case waits for it, and is checked in the same attempt, which may be the last', async () => {
      local.fetches = [failing('busy'), failing('busy'), passingReport];
      const caseId = await submitted({ attempts: 1 });
      await timeIsOver(caseId);
      await letTimePass(world);
      expect(await readCase(world, caseId)).toMatchObject({ ...WAITS, attempt: 1 });
      expect(await errorsOf(caseId, 'verification.session_failed')).toEqual(['busy']);
      expect(world.vitals.circuit('local').state).toBe('closed');
      await letTimePass(world);
      expect(await readCase(world, caseId)).toMatchObject({ state: 'adjudicating', attempt: 1 });
    });

    it('F34: the next provider of the policy is asked', async () => {
      const partner = new ScriptedProvider('partner', { ...OWN_MACHINE, dataLeaves: 'partner' });
      world = createVerificationWorld({ database: test.database, providers: [local, partner] });
      local.fetches = [failing('busy')];
      const caseId = await submitted({ providers: ['local', 'partner'] });
      await timeIsOver(caseId);
      await letTimePass(world);
      const expected = { state: 'adjudicating', attempt: 1 };
      await letTimePass(world);
      expect(await readCase(world, caseId)).toMatchObject(expected);
      expect(partner.fetched).toHaveLength(1);
    });

    it('F34: a person looks when that happened five times, and no attempt was spent', async () => {
      local.fetches = [failing('busy')];
      const caseId = await submitted();
      for (let round = 0; round < 5; round += 1) {
        await timeIsOver(caseId);
        await letTimePass(world);
        await letTimePass(world);
      }
      const expected = { state: 'in_review', stateReason: 'providers_exhausted', attempt: 1 };
      expect(await readCase(world, caseId)).toMatchObject(expected);
      expect(world.vitals.circuit('local').state).toBe('closed');
    });
  });

  it('F34: with an altered model: the case waits, says why, and is checked when the model is back', async () => {
    local.fetches = [failing('broken'), passingReport];
    const caseId = await submitted();
    expect(await readCase(world, caseId)).toMatchObject(WAITS);
    expect(await errorsOf(caseId, 'verification.session_failed')).toEqual(['broken']);
    await letTimePass(world);
    expect(await readCase(world, caseId)).toMatchObject({
      state: 'adjudicating',
      provider: 'local',
      stateReason: null,
    });
  });

  it('F34: that stays broken for five rounds: the case goes to a person and no verdict was made', async () => {
    local.fetches = [failing('broken')];
    const caseId = await submitted();
    for (let round = 0; round < 4; round += 1) await letTimePass(world);
    expect(await readCase(world, caseId)).toMatchObject({ state: 'in_review', stateReason: 'providers_exhausted' });
    expect(await errorsOf(caseId, 'verification.session_failed')).toEqual(Array.from({ length: 5 }, () => 'broken'));
    expect(await world.database.read((tx) => world.reports.ofAttempt(tx, caseId, 1))).toBeUndefined();
  });
});
