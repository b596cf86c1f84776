import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildCore, type Core } from '../../test/model/core-stage.js';
import { AdjudicationStage } from '../../test/support/adjudication-stage.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';

let test: TestDatabase;
let stage: AdjudicationStage;
let core: Core;

beforeAll(async () => {
  test = await openTestDatabase();
  stage = new AdjudicationStage(test.database);
  core = buildCore(test.database, { ring: stage.ring });
});
afterAll(() => test.close());

/** Held until now, with one yes where the rules have come to ask for two. */
async function shortOfOne(): Promise<RecoveryCase> {
  const policy = await stage.policy({ hold: { seconds: 3_600 } });
  const { id, attempt } = await stage.reportedCase({ policy, privileged: true });
  await stage.adjudication.decide({ caseId: id, attempt });
  expect(await stage.read(id)).toMatchObject({ state: 'held', stateReason: 'hold_running' });
  await test.asOwner(
    `UPDATE recovery_cases SET opened_by_kind = 'api_key', held_until = clock_timestamp() WHERE id = $1`,
    [id],
  );
  return stage.read(id);
}
const release = async ({ id }: RecoveryCase): Promise<RecoveryCase> => {
  await stage.adjudication.releaseHold(id);
  return stage.read(id);
};

describe('a hold that ends while only a second person is missing (T49)', () => {
  it('T49: waits for them, and is approved when they have come', async () => {
    const held = await shortOfOne();
    expect((await release(held)).state).toBe('held');
    await core.authorizations.authorize(held.id, { kind: 'person', id: 'third.person', scopes: new Set() });
    expect((await release(held)).state).toBe('approved');
  });

  it('T49: is denied when something else stands against it as well', async () => {
    const held = await shortOfOne();
    await test.asOwner(`UPDATE subjects SET status = 'disabled' WHERE id = $1`, [held.subjectId]);
    expect(await release(held)).toMatchObject({ state: 'denied', stateReason: 'policy_tightened' });
  });
});
