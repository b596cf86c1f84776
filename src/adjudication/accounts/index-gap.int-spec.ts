import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AdjudicationStage, ANA, type CaseOptions } from '../../../test/support/adjudication-stage.js';
import { caseOfStranger } from '../../../test/support/strangers.js';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';

let db: TestDatabase;
let stage: AdjudicationStage;

beforeAll(async () => {
  db = await openTestDatabase();
  stage = new AdjudicationStage(db.database, { embedded: true, toldApart: true });
});
afterAll(() => db.close());

const tx = <Result>(work: Parameters<typeof db.database.transaction<Result>>[0]) => db.database.transaction(work);
const reported = (options: CaseOptions = {}): Promise<RecoveryCase> => caseOfStranger(stage, options);
async function decide({ id, attempt }: RecoveryCase): Promise<RecoveryCase> {
  await stage.adjudication.decide({ caseId: id, attempt });
  return stage.read(id);
}
/** Alters what is sealed, as a bad disk would; twice, and it is whole again. */
const breakSeal = (id: string) =>
  tx(
    (t) => t.run`UPDATE subjects SET profile_sealed = set_byte(profile_sealed, length(profile_sealed) - 1,
      255 - get_byte(profile_sealed, length(profile_sealed) - 1)) WHERE id = ${id}`,
  );
const indexAll = async (): Promise<void> => {
  while ((await tx((t) => stage.accounts.catchUp(t, 500))) > 0);
};

/** So many that neither a decision nor two bring them up to date by themselves. */
async function unindexMany(): Promise<void> {
  const missing = await tx((t) => t.one<{ n: number }>`SELECT 160 - count(*)::int AS n FROM subjects`);
  for (let at = 0; at < missing.n; at += 1) await reported();
  await tx((t) => t.run`UPDATE subjects SET account_index = ''`);
}
async function heldUntilNow(): Promise<RecoveryCase> {
  await indexAll();
  const holding = await stage.policy({
    requiredChecks: ['document_authenticity', 'face_match'],
    hold: { seconds: 3_600 },
  });
  const held = await decide(await reported({ policy: holding }));
  expect(held).toMatchObject({ state: 'held', stateReason: 'hold_running' });
  await tx((t) => t.run`UPDATE recovery_cases SET held_until = clock_timestamp() WHERE id = ${held.id}`);
  return held;
}
const release = async ({ id }: RecoveryCase): Promise<RecoveryCase> => {
  await stage.adjudication.releaseHold(id);
  return stage.read(id);
};

describe('an approval that meets a gap in the index of accounts (T65)', () => {
  it('T65: a hold that ends while the index is not whole waits, and is neither approved nor denied by it', async () => {
    const held = await heldUntilNow();
    await unindexMany();
    expect(await release(held)).toMatchObject({ state: 'held', stateReason: 'hold_running' });
    expect(await stage.trail(held.id)).toEqual(['decision.made', 'case.held']);
    await indexAll();
    expect((await release(held)).state).toBe('approved');
  });

  it('T65: a hold that ends while an account cannot be opened waits for it to be mended', async () => {
    const [held, broken] = [await heldUntilNow(), await reported()];
    await breakSeal(broken.subjectId);
    expect((await release(held)).state).toBe('held');
    await breakSeal(broken.subjectId);
    expect((await release(held)).state).toBe('approved');
  });

  it('T65: a hold that waited is denied when somebody does have the name, or something else stands against it', async () => {
    const [twin, stopped] = [await heldUntilNow(), await heldUntilNow()];
    const known = await tx((t) => stage.subjects.find(t, twin.subjectId));
    const { givenName, familyName, birthDate } = known?.profile.reveal() ?? ANA;
    await reported({ record: null, profile: { givenName, familyName, birthDate } });
    await tx((t) => t.run`UPDATE subjects SET status = 'disabled' WHERE id = ${stopped.subjectId}`);
    await unindexMany();
    expect([(await release(twin)).state, (await release(stopped)).state]).toEqual(['held', 'denied']);
    await indexAll();
    expect(await release(twin)).toMatchObject({ state: 'denied', stateReason: 'policy_tightened' });
  });

  it('T65: no token is issued while the index is not whole, and the approval stands', async () => {
    await indexAll();
    const approved = await decide(await reported());
    expect(approved.state).toBe('approved');
    await unindexMany();
    expect(await tx((t) => stage.adjudication.recheckBeforeToken(t, approved))).toBe(false);
    await indexAll();
    expect(await tx((t) => stage.adjudication.recheckBeforeToken(t, approved))).toBe(true);
    expect((await stage.read(approved.id)).state).toBe('approved');
  });
});
