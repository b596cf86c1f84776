import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { addPerson, addPolicy, buildCore, openCase, type Core } from '../../test/model/core-stage.js';
import { secretOf } from '../../test/support/case-desk.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { SYSTEM } from '../audit-trail/audit-event-types.js';
import type { Policy } from '../policy/policy.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';
import { LandingViews, type LandingView } from './landing-view.js';

let test: TestDatabase;
let core: Core;
let policy: Policy;

beforeAll(async () => {
  test = await openTestDatabase();
  core = buildCore(test.database);
  policy = await addPolicy(core, { relay: { allowed: true, holdSeconds: 1 } });
});
afterAll(() => test.close());

async function landing(channel: RecoveryCase['channel']): Promise<LandingView | undefined> {
  const { id: caseId } = await openCase(core, { policy, subjectId: (await addPerson(core)).id, channel });
  const views = new LandingViews(core.links, core.cases, core.subjects, core.policies);
  return test.database.transaction(async (tx) =>
    views.of(tx, secretOf(await core.links.issue(tx, { caseId, ttlSeconds: 600, actor: SYSTEM }))),
  );
}

it('names the address that a link was sent to, and none where a colleague passes it on: it confirms no caller’s story', async () => {
  expect(await landing('email')).toMatchObject({ passedOn: false, maskedAddress: expect.stringContaining('…') });
  const relayed = await landing('relay');
  expect(relayed).toMatchObject({ passedOn: true });
  expect(relayed).not.toHaveProperty('maskedAddress');
});
