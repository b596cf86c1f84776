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
  if (policy === evaluated)
    await test.database.transaction((tx) => tx.run`UPDATE recovery_cases SET mode = 'evaluation' WHERE id = ${caseId}`);
  await stage.adjudication.decide({ caseId, attempt });
  return stage.read(caseId);
}
const outcomes = async (policyId: string) => {
  const { cases, decisions, outcomes: found } = await evaluationOf(test.database, policyId);
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
    const { medianSeconds } = await evaluationOf(test.database, evaluated.id);
    expect(medianSeconds).toBeGreaterThanOrEqual(0);
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
});
