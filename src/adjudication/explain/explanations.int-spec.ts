import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AdjudicationStage, ANA } from '../../../test/support/adjudication-stage.js';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { Database } from '../../platform/database/database.js';
import { RULES_VERSION } from '../rules-version.js';
import { Explanations } from './explanations.js';
import { replayAll } from './replay-all.js';

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

/** As another version stored it: with the hash that its audit row names. */
async function stored(caseId: string, consequences: object): Promise<void> {
  await owner.transaction(async (tx) => {
    await tx.run`UPDATE decisions SET consequences = consequences || ${JSON.stringify(consequences)}::jsonb WHERE case_id = ${caseId}`;
    await tx.run`UPDATE audit_events SET data = data || jsonb_build_object('consequencesSha256',
        (SELECT encode(sha256(convert_to(d.consequences::text, 'UTF8')), 'hex') FROM decisions d WHERE d.case_id = ${caseId}))
      WHERE chain_id = ${caseId} AND type = 'decision.made'`;
  });
}

async function decided(options: Parameters<AdjudicationStage['reportedCase']>[0] = {}): Promise<string> {
  const { id, attempt } = await stage.reportedCase(options);
  await stage.adjudication.decide({ caseId: id, attempt });
  return id;
}

describe('why a case was decided as it was', () => {
  it('is told in words, and falls the same way again', async () => {
    const [decision] = (await explain(await decided({ identity: { ...ANA, familyName: 'Other' } }))) ?? [];
    expect(decision?.replay).toEqual({ outcome: 'same', differences: [], notStored: [] });
    expect(decision?.findings.map(({ words }) => words)).toContain('Family name: different – the name is another one.');
  });

  it('is kept with what it led to, and one of the days before is checked all the same', async () => {
    const caseId = await decided();
    const [decision] = (await explain(caseId)) ?? [];
    expect(decision?.consequences).toEqual({
      next: { name: 'approve' },
      reviewersNeeded: 1,
      device: 'proven',
      holdSeconds: 0,
      rules: RULES_VERSION,
    });
    await owner.transaction(
      (tx) => tx.run`UPDATE audit_events SET data = data - 'consequencesSha256' WHERE chain_id = ${caseId}`,
    );
    await owner.transaction((tx) => tx.run`UPDATE decisions SET consequences = NULL WHERE case_id = ${caseId}`);
    expect((await explain(caseId))?.[0]?.replay).toMatchObject({
      outcome: 'other_rules',
      notStored: expect.any(Array),
    });
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
    ['consequences', `jsonb_set(consequences, '{holdSeconds}', '86400')`],
    ['rules', `consequences - 'rules'`],
    ['verdict', `'deny'`],
    ['decided_by', `'hold'`],
    ['attempt', '2'],
    ['policy_version', '7'],
  ])('shows that its %s were changed afterwards', async (column, value) => {
    const caseId = await decided();
    await owner.transaction((tx) =>
      tx.run(
        [
          `UPDATE decisions SET ${column === 'rules' ? 'consequences' : column} = ${value} WHERE case_id = `,
          '',
        ] as never,
        caseId,
      ),
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

  it('is looked at every night: the run fails when one differs, and names it', async () => {
    const good = await decided();
    const said: { caseId: string; differences: string[] }[] = [];
    const run = () => replayAll(db.database, (line) => said.push(line));
    await owner.transaction((tx) => tx.run`DELETE FROM decisions WHERE case_id <> ${good}`);
    expect(await run()).toEqual({
      count: { decisions: 1, withoutFacts: 0, otherRules: 0, partlyStored: 0, differing: 0 },
      exitCode: 0,
    });
    expect(said).toEqual([]);
    const changed = await decided();
    await owner.transaction(
      (tx) =>
        tx.run`UPDATE decisions SET consequences = jsonb_set(consequences, '{reviewersNeeded}', '2') WHERE case_id = ${changed}`,
    );
    expect(await run()).toMatchObject({ count: { decisions: 2, differing: 1 }, exitCode: 2 });
    expect(said).toEqual([
      expect.objectContaining({
        caseId: changed,
        differences: expect.arrayContaining(['reviewers needed 2, again reviewers needed 1']),
      }),
    ]);
    const older = await decided();
    await stored(older, { rules: 0, reviewersNeeded: 2 });
    await owner.transaction((tx) => tx.run`DELETE FROM decisions WHERE case_id = ${changed}`);
    expect(await run()).toMatchObject({ count: { decisions: 2, otherRules: 1, differing: 0 }, exitCode: 0 });
  });
});
