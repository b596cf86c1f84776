import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { ApprovedWorld, FACES_DIFFER, resultOf, type Visit } from '../../test/support/verification/approved-world.js';
import { pendingReport } from '../../test/support/verification/scripted-provider.js';
import { forgetPlanned } from '../../test/support/verification/world-cases.js';
import { wholeOr } from '../../test/support/whole.js';

/** What the partner pushes, one after the other, and answers when it is asked then. */
const ANSWERS = {
  approved: resultOf(),
  'approved again': resultOf(),
  pending: pendingReport,
  open: resultOf({ checks: [{ kind: 'face_match', result: 'indeterminate', reasonCodes: ['partner_undecided'] }] }),
  declined: FACES_DIFFER,
};
type Answer = keyof typeof ANSWERS;

function permutations<Item>(items: readonly Item[]): Item[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, at) => permutations(items.toSpliced(at, 1)).map((rest) => [item, ...rest]));
}
/** Two approvals are the same: one of the two orders stands for both. */
const ORDERS = permutations(Object.keys(ANSWERS) as Answer[]).filter(
  (order) => order.indexOf('approved') < order.indexOf('approved again'),
);

/** Every third: each answer is first in some of them, and last. */
const WALKED = wholeOr(ORDERS, (_, index) => index % 3 === 0);

let db: TestDatabase;
let stage: ApprovedWorld;

beforeAll(async () => {
  db = await openTestDatabase();
  stage = new ApprovedWorld(db.database);
  await forgetPlanned(stage.world);
});
afterAll(() => db.close());

/** A person who is back from the partner, which is still at work. */
async function waiting(): Promise<Visit> {
  stage.partner.fetches = [pendingReport];
  const visit = await stage.visit({ review: { reviewable: ['face_match'], onFail: 'review' } });
  await stage.comesBack(visit);
  await stage.settle(visit);
  return visit;
}

/** States after each answer, and how the case stands in the end. */
async function told(order: readonly Answer[]) {
  const visit = await waiting();
  const states: string[] = [];
  for (const answer of order) {
    const { state } = await stage.saysNow(visit, ANSWERS[answer]);
    states.push(state);
    if (state === 'approved') await stage.holder(visit);
  }
  const recoveryCase = await stage.settle(visit);
  const ruling = await db.database.read((tx) => stage.adjudication.rule(tx, recoveryCase));
  const { state, verdict, bucket } = recoveryCase;
  const approvable = ruling?.decision.approvableByReview;
  return { states, end: { state, verdict, bucket, approvable, liveTokens: await stage.liveTokens(visit) } };
}

describe('five answers about one session', () => {
  it('T43 lead to one final state in every order, and never back to an approval', async () => {
    const wrong: string[] = [];
    for (const order of WALKED) {
      const { states, end } = await told(order);
      expect(end).toEqual({
        state: 'in_review',
        verdict: 'refer',
        bucket: 'needs_review',
        approvable: false,
        liveTokens: 0,
      });
      const stopped = states.indexOf('in_review');
      if (states.slice(stopped).some((state) => state !== 'in_review')) wrong.push(`${order.join()}: ${states.join()}`);
    }
    expect(wrong).toEqual([]);
    expect(ORDERS).toHaveLength(60);
  }, 180_000);
});
