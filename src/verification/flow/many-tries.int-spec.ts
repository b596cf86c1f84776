import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { OWN_MACHINE, ScriptedProvider } from '../../../test/support/verification/scripted-provider.js';
import {
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
import { SYSTEM } from '../../audit-trail/audit-event-types.js';
import { LIMITS } from '../../platform/limits/limits.js';
import { PolicyDocument } from '../../policy/policy.js';

const TRIES = 100;

describe('many tries until a lucky match (T75)', () => {
  let test: TestDatabase;
  let world: VerificationWorld;
  let local: ScriptedProvider;
  /** Works with pictures of our pages, and may bill each session that it is asked for. */
  let partner: ScriptedProvider;

  beforeAll(async () => {
    test = await openTestDatabase();
  });
  afterAll(() => test.close());
  beforeEach(async () => {
    local = new ScriptedProvider('local', OWN_MACHINE);
    partner = new ScriptedProvider('camera', { ...OWN_MACHINE, dataLeaves: 'partner' });
    partner.submitEvidence = async () => undefined;
    world = createVerificationWorld({ database: test.database, providers: [partner, local], limitScale: 1 });
    await forgetPlanned(world);
  });

  /** Uploads both pictures and asks for the decision; `refused` says why not. */
  async function tryOnce(caseId: string): Promise<{ refused?: string }> {
    const browser = newBrowser();
    try {
      for (const kind of ['document_front', 'selfie'] as const)
        await world.uploads.upload({
          caseId,
          ...browser,
          kind,
          bytes: Buffer.from(`${caseId}${kind}${Math.random()}`),
        });
      await world.submission.submit({ caseId, ...browser });
      await drain(world);
      return {};
    } catch (error) {
      return { refused: (error as { code?: string }).code };
    }
  }

  it(`T75: of ${TRIES} tries at one account, on ever new cases, few are compared at all`, async () => {
    const outcomes: (string | undefined)[] = [];
    let subjectId: string | undefined;
    for (let at = 0; at < TRIES; at += 1) {
      const opened = await openCase(world, { providers: ['local'], subjectId });
      subjectId = opened.subjectId;
      outcomes.push((await tryOnce(opened.id)).refused);
      const over = { caseId: opened.id, name: 'cancel', actor: SYSTEM } as const;
      await world.database.transaction((tx) => world.cases.transition(tx, over));
    }
    const { max } = LIMITS.submission_per_subject;
    expect(max).toBeLessThanOrEqual(10);
    expect(local.fetched.length).toBe(max);
    expect(outcomes.slice(max)).toEqual(Array.from({ length: TRIES - max }, () => 'too_many_requests'));
  });

  it('T75: a policy allows fewer tries at an account, never more', async () => {
    const outcomes: (string | undefined)[] = [];
    const limits = PolicyDocument.shape.limits.parse({ accountAttempts: 2, accountWindowSeconds: 86_400 });
    const policy = { limits };
    let subjectId: string | undefined;
    for (let at = 0; at < 3; at += 1) {
      const opened = await openCase(world, { providers: ['local'], subjectId, policy });
      subjectId = opened.subjectId;
      outcomes.push((await tryOnce(opened.id)).refused);
      const over = { caseId: opened.id, name: 'cancel', actor: SYSTEM } as const;
      await world.database.transaction((tx) => world.cases.transition(tx, over));
    }
    expect(outcomes).toEqual([undefined, undefined, 'too_many_requests']);
  });

  const triesCounted = async (): Promise<number> => {
    const row = await world.database.read(
      (tx) =>
        tx.one<{
          used: number;
        }>`SELECT coalesce(sum(used), 0)::int AS used FROM limit_counters WHERE name = 'submission_per_subject'`,
    );
    return row.used;
  };

  it('takes no try from a person who sends a picture for a partner and leaves: sending in is what counts', async () => {
    const { id: caseId } = await openCase(world, { providers: ['camera'] });
    const browser = newBrowser();
    const before = await triesCounted();
    const upload = (kind: 'document_front' | 'selfie') =>
      world.uploads.upload({ caseId, ...browser, kind, bytes: Buffer.from(`${caseId}${kind}`) });
    await upload('document_front');
    await letTimePass(world);
    expect([partner.created.length, await triesCounted()]).toEqual([1, before]);
    expect(await readCase(world, caseId)).toMatchObject({ state: 'awaiting_evidence', attempt: 1 });
    await upload('selfie');
    await world.submission.submit({ caseId, ...browser });
    expect([partner.created.length, await triesCounted()]).toEqual([1, before + 1]);
  });

  it('T75: asks a partner for no more sessions than an account has tries, whoever is chosen in between', async () => {
    const accountAttempts = 2;
    const policy = { limits: PolicyDocument.shape.limits.parse({ accountAttempts }) };
    const { id: caseId } = await openCase(world, { providers: ['camera', 'local'], policy });
    const browser = newBrowser();
    const refusals: unknown[] = [];
    for (let turn = 0; turn < 5; turn += 1)
      for (const provider of ['camera', 'local'])
        await world.starting
          .start({ caseId, ...browser, wanted: { provider } })
          .catch((error: unknown) => refusals.push((error as { code?: string }).code));
    expect(partner.created.length).toBe(1 + accountAttempts);
    expect(new Set(refusals)).toEqual(new Set(['too_many_requests']));
    expect((await world.starting.start({ caseId, ...browser, wanted: 'capture' })).session.provider).toBe('local');
  });
});
