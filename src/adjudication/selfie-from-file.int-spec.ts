import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AdjudicationStage } from '../../test/support/adjudication-stage.js';
import { jobOf } from '../../test/support/job-of.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import type { HowTaken } from '../identity-evidence/how-taken.js';
import { AdjudicateProcessor } from './adjudicate.processor.js';

let db: TestDatabase;
let stage: AdjudicationStage;

beforeAll(async () => {
  db = await openTestDatabase();
  stage = new AdjudicationStage(db.database);
});
afterAll(() => db.close());

/** A case of a profile that has people look at selfies from files, with a selfie that came as it is said. */
async function decided(provider: 'local' | 'partner', taken: HowTaken | null): Promise<{ id: string; state: string }> {
  const policy = await stage.policy({ providers: [provider], capture: { selfieFiles: 'review' } });
  const reported = await stage.reportedCase({ policy, provider });
  await db.database.transaction(
    (tx) => tx.run`INSERT INTO evidence (id, case_id, attempt, kind, state, object_key, taken)
      VALUES (${`ev_${reported.id}`}, ${reported.id}, 1, 'selfie', 'accepted', 'x', ${taken})`,
  );
  await new AdjudicateProcessor(stage.adjudication, stage.late).process(jobOf({ caseId: reported.id, attempt: 1 }));
  const { id, state } = await stage.read(reported.id);
  return { id, state };
}

describe('a selfie that came as a file (T71), as it is kept with the case', () => {
  it.each([
    ['local', 'file', 'in_review'],
    ['local', 'camera_manual', 'approved'],
    ['local', null, 'approved'],
    // A partner's own capture is the partner's to answer for.
    ['partner', 'file', 'approved'],
  ] as const)('of %s, said to be %s: %s', async (provider, taken, state) => {
    expect((await decided(provider, taken)).state).toBe(state);
  });

  it('is shown to reviewers with its picture, and in the explanation of what stands in the way', async () => {
    const { id } = await decided('local', 'file');
    const rita = { kind: 'person' as const, id: 'rita', scopes: new Set(['reviews:decide'] as const) };
    const view = await stage.reviews.one(id, rita);
    expect(view.evidence).toMatchObject([{ kind: 'selfie', taken: 'file' }]);
    expect(view.circumstances.map(({ words }) => words).join()).toContain('the selfie came as a file');
  });
});
