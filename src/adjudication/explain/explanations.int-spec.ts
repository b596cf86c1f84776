import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AdjudicationStage, ANA } from '../../../test/support/adjudication-stage.js';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { Database } from '../../platform/database/database.js';
import { Explanations } from './explanations.js';

let db: TestDatabase;
let stage: AdjudicationStage;
let owner: Database;
const explanations = new Explanations();

beforeAll(async () => {
  db = await openTestDatabase();
  stage = new AdjudicationStage(db.database);
  owner = await Database.connect({ url: db.ownerUrl, poolSize: 1, statementTimeoutMs: 15_000 });
});
afterAll(async () => {
  await owner?.close();
  await db.close();
});

const explain = (caseId: string) => db.database.read((tx) => explanations.ofCase(tx, caseId));

async function decided(options: Parameters<AdjudicationStage['reportedCase']>[0] = {}): Promise<string> {
  const { id, attempt } = await stage.reportedCase(options);
  await stage.adjudication.decide({ caseId: id, attempt });
  return id;
}

describe('why a case was decided as it was', () => {
  it('is told in words, and falls the same way again', async () => {
    const [decision] = (await explain(await decided({ identity: { ...ANA, familyName: 'Other' } }))) ?? [];
    expect(decision?.replay).toEqual({ outcome: 'same', differences: [] });
    expect(decision?.findings.map(({ words }) => words)).toContain('Family name: different – the name is another one.');
  });

  it('can still be told when the person’s data is gone', async () => {
    const caseId = await decided();
    await owner.transaction(
      (tx) => tx.run`UPDATE case_keys SET wrapped_sealed = NULL, shredded_at = now() WHERE case_id = ${caseId}`,
    );
    expect((await explain(caseId))?.[0]?.replay.outcome).toBe('same');
  });

  it('says nothing of a case that does not exist', async () => {
    expect(await explain('rc_unknown')).toBeUndefined();
  });

  it.each([
    ['findings', `'[]'::jsonb`],
    ['facts', `jsonb_set(facts, '{subject,privileged}', 'true')`],
    ['verdict', `'deny'`],
    ['decided_by', `'hold'`],
    ['attempt', '2'],
    ['policy_version', '7'],
  ])('shows that its %s were changed afterwards', async (column, value) => {
    const caseId = await decided();
    await owner.transaction((tx) =>
      tx.run([`UPDATE decisions SET ${column} = ${value} WHERE case_id = `, ''] as never, caseId),
    );
    const [decision] = (await explain(caseId)) ?? [];
    expect(decision?.replay.outcome).toBe('differs');
  });

  it('is looked at for all decisions, in order, each once', async () => {
    const caseId = await decided();
    const group = await db.database.read((tx) => explanations.replayAfter(tx, ''));
    expect(group.filter((one) => one.caseId === caseId)).toHaveLength(1);
    const last = group.at(-1)?.decisionId ?? '';
    expect(await db.database.read((tx) => explanations.replayAfter(tx, last))).toEqual([]);
  });
});
