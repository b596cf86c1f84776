import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { OWN_MACHINE, ScriptedProvider } from '../../../test/support/verification/scripted-provider.js';
import { drain, forgetPlanned, newBrowser, openCase } from '../../../test/support/verification/world-cases.js';
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

  beforeAll(async () => {
    test = await openTestDatabase();
  });
  afterAll(() => test.close());
  beforeEach(async () => {
    local = new ScriptedProvider('local', OWN_MACHINE);
    world = createVerificationWorld({ database: test.database, providers: [local], limitScale: 1 });
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
});
