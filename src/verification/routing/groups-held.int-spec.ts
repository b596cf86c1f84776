import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { ScriptedProvider } from '../../../test/support/verification/scripted-provider.js';
import { newBrowser, openCase, readCase } from '../../../test/support/verification/world-cases.js';
import {
  createVerificationWorld,
  type VerificationWorld,
} from '../../../test/support/verification/verification-world.js';

describe('a provider for some groups (rule 10, T49)', () => {
  let test: TestDatabase;
  let world: VerificationWorld;

  beforeAll(async () => {
    test = await openTestDatabase();
    const providers = [new ScriptedProvider('alpha'), new ScriptedProvider('beta')];
    world = createVerificationWorld({ database: test.database, providers });
  });
  afterAll(() => test.close());

  /** Who is asked about somebody who joined the group so many days after the account was made. */
  async function askedAbout(joinedDaysAgo: number): Promise<string | undefined> {
    const opened = await openCase(world, { providers: [{ id: 'alpha', when: { groups: ['contractors'] } }, 'beta'] });
    const { id, subjectId } = opened;
    await test.asOwner(`UPDATE subjects SET created_at = created_at - interval '30 days' WHERE id = $1`, [subjectId]);
    await test.asOwner(`UPDATE subjects SET groups = groups || '{contractors}' WHERE id = $1`, [subjectId]);
    await test.asOwner(
      `UPDATE subject_standings SET replaced_at = replaced_at - make_interval(days => $2) WHERE subject_id = $1`,
      [subjectId, joinedDaysAgo],
    );
    await world.starting.start({ caseId: id, ...newBrowser() });
    expect((await readCase(world, id)).state).toBe('verifying');
    const { provider } = await world.database.read(
      (tx) => tx.one<{ provider: string }>`SELECT provider FROM verification_sessions WHERE case_id = ${id}`,
    );
    return provider;
  }

  it('T49: is not asked about somebody who joined one this week', async () => {
    expect(await askedAbout(6)).toBe('beta');
  });

  it('is asked about somebody who has been in it for a week', async () => {
    expect(await askedAbout(7)).toBe('alpha');
  });
});
