import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AdjudicationStage, checksWith } from '../../../test/support/adjudication-stage.js';
import { colleague, referredCase, UNSURE } from '../../../test/support/review-desk.js';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { REVIEW_REASONS } from '../review-reasons.js';
import type { ReviewOutcome } from '../review-votes.js';

const [rita, rolf] = [colleague('rita'), colleague('rolf')];
const USED = { code: 'attempts_used', options: { detail: expect.stringContaining('no reviewer adds one') } };

let db: TestDatabase;
let stage: AdjudicationStage;

beforeAll(async () => {
  db = await openTestDatabase();
  stage = new AdjudicationStage(db.database, { embedded: true });
});
afterAll(() => db.close());

const vote = (caseId: string, outcome: ReviewOutcome, reviewer = rita) =>
  stage.voting.vote(caseId, { reviewer, body: { outcome, reasonCode: REVIEW_REASONS[outcome][0] } });
const votesOn = (caseId: string) =>
  db.database.read((tx) => tx.many`SELECT 1 FROM review_votes WHERE case_id = ${caseId}`);

/** The person has tried again, and the same check is open once more. */
async function referredAgain({ id: caseId }: RecoveryCase): Promise<RecoveryCase> {
  const { attempt } = await db.database.transaction((tx) => stage.reportOn(tx, caseId, { checks: checksWith(UNSURE) }));
  await stage.adjudication.decide({ caseId, attempt });
  return stage.read(caseId);
}

async function allow(policyId: string, attempts: number): Promise<void> {
  const { limits } = (await stage.policy()).document;
  const patch = { limits: { ...limits, attempts } };
  await db.database.transaction((tx) =>
    stage.changes.change(tx, { id: policyId, patch, actor: { kind: 'person', id: 'op' } }),
  );
}

describe('tries that a reviewer gives (T75)', () => {
  it('T75: are those of the policy: no reviewer adds one, whoever asks and however often', async () => {
    const policy = await stage.policy({ limits: { attempts: 2 } });
    const recoveryCase = await referredCase(stage, { policy });
    expect((await vote(recoveryCase.id, 'retry')).state).toBe('awaiting_evidence');
    const last = await referredAgain(recoveryCase);
    expect(last).toMatchObject({ state: 'in_review', attempt: 2 });

    expect((await stage.reviews.one(last.id, rita)).attemptsLeft).toBe(0);
    const before = await votesOn(last.id);
    for (const reviewer of [rita, rolf, rita]) {
      await expect(vote(last.id, 'retry', reviewer)).rejects.toMatchObject(USED);
    }
    expect(await stage.read(last.id)).toEqual(last);
    expect(await votesOn(last.id)).toEqual(before);
  });

  it('T75: are fewer where the policy allows fewer since the case began', async () => {
    const policy = await stage.policy({ limits: { attempts: 3 } });
    const recoveryCase = await referredCase(stage, { policy });
    expect((await stage.reviews.one(recoveryCase.id, rita)).attemptsLeft).toBe(2);
    await allow(policy.id, 1);
    expect((await stage.reviews.one(recoveryCase.id, rita)).attemptsLeft).toBe(0);
    await expect(vote(recoveryCase.id, 'retry')).rejects.toMatchObject(USED);
  });

  it('leave what a reviewer can do beside: to approve what is approvable, or to deny', async () => {
    const policy = await stage.policy({ limits: { attempts: 1 } });
    const [approved, denied] = [await referredCase(stage, { policy }), await referredCase(stage, { policy })];
    for (const { id } of [approved, denied]) await expect(vote(id, 'retry')).rejects.toMatchObject(USED);
    expect((await vote(approved.id, 'approve')).state).toBe('approved');
    expect((await vote(denied.id, 'deny')).state).toBe('denied');
  });
});
