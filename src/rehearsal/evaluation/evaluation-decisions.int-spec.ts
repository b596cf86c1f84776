import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AdjudicationStage, ANA } from '../../../test/support/adjudication-stage.js';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import type { Policy } from '../../policy/policy.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { evaluationOf } from './evaluation-decisions.js';

const CHECKS = { requiredChecks: ['document_authenticity', 'face_match'] } as const;
let test: TestDatabase;
let stage: AdjudicationStage;
let evaluated: Policy;
let production: Policy;

beforeAll(async () => {
  test = await openTestDatabase();
  stage = new AdjudicationStage(test.database, { embedded: true });
  evaluated = await stage.policy({ requiredChecks: [...CHECKS.requiredChecks], mode: 'evaluation' });
  production = await stage.policy({ requiredChecks: [...CHECKS.requiredChecks] });
});
afterAll(() => test.close());

async function decided(policy: Policy, familyName = ANA.familyName): Promise<RecoveryCase> {
  const { id: caseId, attempt } = await stage.reportedCase({ policy, identity: { ...ANA, familyName } });
  if (policy.document.mode === 'evaluation')
    await test.database.transaction((tx) => tx.run`UPDATE recovery_cases SET mode = 'evaluation' WHERE id = ${caseId}`);
  await stage.adjudication.decide({ caseId, attempt });
  return stage.read(caseId);
}
const outcomes = async (policyId: string) => {
  const { cases, decisions, outcomes: found } = await evaluationOf(test.database, { policyId });
  return { cases, decisions, outcomes: found.filter((one) => one.decisions > 0) };
};

describe('decisions of an evaluation, read from the database', () => {
  it('are those of its own cases, each once, whatever was decided besides', async () => {
    const good = await decided(evaluated);
    expect(good).toMatchObject({ state: 'completed', stateReason: 'evaluation_finished' });
    await decided(evaluated, 'Other');
    await decided(production);
    expect(await outcomes(evaluated.id)).toEqual({
      cases: 2,
      decisions: 2,
      outcomes: [
        { wouldHave: 'approved', decisions: 1 },
        { wouldHave: 'referred', decisions: 1 },
      ],
    });
    expect(await outcomes(production.id)).toEqual({ cases: 0, decisions: 0, outcomes: [] });
  });

  it('took as long as from their case’s opening', async () => {
    const policy = await stage.policy({ requiredChecks: [...CHECKS.requiredChecks], mode: 'evaluation' });
    for (const seconds of [30, 90, 600]) {
      const { id } = await decided(policy);
      await test.asOwner(
        `UPDATE recovery_cases c SET created_at = d.decided_at - make_interval(secs => $2)
           FROM decisions d WHERE d.case_id = c.id AND c.id = $1`,
        [id, seconds],
      );
    }
    expect(await evaluationOf(test.database, { policyId: policy.id })).toMatchObject({
      medianSeconds: 90,
      slowestSeconds: 600,
    });
  });

  it('are read to the last, also when there are more than one read takes', async () => {
    const { id } = await decided(evaluated);
    const before = await outcomes(evaluated.id);
    await test.database.transaction(
      (
        tx,
      ) => tx.run`INSERT INTO decisions (id, case_id, attempt, verdict, bucket, findings, facts, policy_id, policy_version, decided_by)
        SELECT 'dec_' || lpad(n::text, 26, '0'), case_id, attempt + n, verdict, bucket, findings, facts, policy_id, policy_version, decided_by
        FROM decisions, generate_series(1, 500) AS n WHERE case_id = ${id} AND decided_by = 'policy'`,
    );
    const { cases, decisions } = await outcomes(evaluated.id);
    expect({ cases, decisions }).toEqual({ cases: before.cases, decisions: before.decisions + 500 });
  });

  it('of a reviewer do not count', async () => {
    const { id } = await decided(evaluated);
    const before = await outcomes(evaluated.id);
    await test.database.transaction(
      (
        tx,
      ) => tx.run`INSERT INTO decisions (id, case_id, attempt, verdict, bucket, findings, policy_id, policy_version, decided_by)
        VALUES ('dec_ZZZZZZZZZZZZZZZZZZZZZZZZZZ', ${id}, 1, 'deny', 'not_confirmed', '[]', ${evaluated.id}, 1, 'reviewer.one')`,
    );
    expect(await outcomes(evaluated.id)).toEqual(before);
  });

  it('are those of cases opened in the days asked for, of the last thirty when nothing is asked', async () => {
    const { id } = await decided(evaluated);
    const openedAgo = (days: number): Promise<void> =>
      test.asOwner(
        `UPDATE recovery_cases SET created_at = clock_timestamp() - make_interval(days => $2) WHERE id = $1`,
        [id, days],
      );
    const within = async (question: { since?: Date; until?: Date } = {}): Promise<number> =>
      (await evaluationOf(test.database, { policyId: evaluated.id, ...question })).cases;
    const daysAgo = (days: number): Date => new Date(Date.now() - days * 86_400_000);
    const all = await within();
    await openedAgo(29);
    expect(await within()).toBe(all);
    await openedAgo(31);
    expect(await within()).toBe(all - 1);
    expect(await within({ since: daysAgo(32) })).toBe(all);
    expect(await within({ since: daysAgo(32), until: daysAgo(30) })).toBe(1);
    expect(await within({ until: daysAgo(30) })).toBe(1);
  });

  it('are the newest when there are too many, and that is said', async () => {
    const newest = await decided(evaluated, 'Other');
    const { decisions: all, cut } = await evaluationOf(test.database, { policyId: evaluated.id });
    expect(cut).toBe(false);
    const bounded = (most: number) => evaluationOf(test.database, { policyId: evaluated.id, most });
    expect(await bounded(all)).toMatchObject({ decisions: all, cut: false });
    expect(await bounded(all - 1)).toMatchObject({ decisions: all - 1, cut: true });
    const one = await bounded(1);
    expect(one).toMatchObject({ cases: 1, decisions: 1, cut: true });
    expect(one.outcomes.filter(({ decisions }) => decisions > 0)).toEqual([{ wouldHave: 'referred', decisions: 1 }]);
    expect((await stage.read(newest.id)).state).toBe('completed');
  });
});
