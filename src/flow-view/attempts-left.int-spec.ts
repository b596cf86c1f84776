import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BrowserStub } from '../../test/model/browser-stub.js';
import { DeviceStage } from '../../test/support/device-stage.js';
import { allowAttempts } from '../../test/support/next-version.js';
import { colleague, referredCase } from '../../test/support/review-desk.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { CaseViews } from '../recovery-request/case-view.js';

let db: TestDatabase;
let stage: DeviceStage;

beforeAll(async () => {
  db = await openTestDatabase();
  stage = new DeviceStage(db);
});
afterAll(() => db.close());

/** What the person, the help desk – with one case and with the list – and a reviewer are told. */
async function told(caseId: string): Promise<Record<string, number | undefined>> {
  const { adjudication } = stage;
  const views = new CaseViews(adjudication.subjects, adjudication.policies);
  const { attemptsLeft: person } = await stage.flowOf({ id: caseId }, new BrowserStub());
  const row = await adjudication.read(caseId);
  const [one, list] = await db.database.read(async (tx) => [
    await views.of(tx, row),
    await views.list(tx, { limit: 100 }),
  ]);
  const { data: queue } = await adjudication.reviews.queue({ limit: 100 }, colleague('rita'));
  return {
    person,
    helpDesk: one.attemptsLeft,
    list: list.data.find(({ id }) => id === caseId)?.attemptsLeft,
    queue: queue.find((entry) => entry.caseId === caseId)?.attemptsLeft,
    reviewer: (await adjudication.reviews.one(caseId, colleague('rita'))).attemptsLeft,
  };
}
const everybody = (left: number) => ({ person: left, helpDesk: left, list: left, queue: left, reviewer: left });

describe('the tries that are left, as everybody is told them', () => {
  it('T75: are fewer where the policy allows fewer since the case began, and never more', async () => {
    const policy = await stage.adjudication.policy({ limits: { attempts: 3 } });
    const other = await referredCase(stage.adjudication, {});
    const { id } = await referredCase(stage.adjudication, { policy });
    expect(await told(id)).toEqual(everybody(2));
    await allowAttempts(db.database, policy.id, 2);
    expect(await told(id)).toEqual(everybody(1));
    await allowAttempts(db.database, policy.id, 10);
    expect(await told(id)).toEqual(everybody(2));
    expect(await told(other.id)).toEqual(everybody(2));
  });
});
