import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { factsOf } from '../../test/support/approved-case.js';
import { answerOf, buildPasskeyStage, makePasskey, registerPasskey } from '../../test/support/passkey-stage.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { ApprovedWorld, FACES_DIFFER, resultOf, type Visit } from '../../test/support/verification/approved-world.js';
import { newBrowser, forgetPlanned, readCase } from '../../test/support/verification/world-cases.js';
import { Database } from '../platform/database/database.js';

/** Spread over the time either side takes. */
const HEAD_STARTS_MS = [0, 3, 6, 10, 15, 22, 30, 40];
const GONE = { status: 410, code: 'token_not_redeemable' };

let db: TestDatabase;
let other: Database;
let stage: ApprovedWorld;

beforeAll(async () => {
  db = await openTestDatabase();
  other = await Database.connect({ url: db.appUrl, poolSize: 10, statementTimeoutMs: 15_000, ring: db.database.ring });
});
afterAll(async () => {
  await other?.close();
  await db?.close();
});
beforeEach(async () => {
  stage = new ApprovedWorld(db.database);
  await forgetPlanned(stage.world);
});

type Order = <Answer>(redeem: () => Promise<Answer>, stop: () => Promise<unknown>) => Promise<Answer>;

/** One wholly before the other, either way, and at the same moment with a head start that either has in turn. */
const ORDERS: readonly Order[] = [
  async (redeem, stop) => {
    const answer = await redeem();
    await stop();
    return answer;
  },
  async (redeem, stop) => {
    await stop();
    return redeem();
  },
  ...HEAD_STARTS_MS.flatMap((wait): Order[] => [
    async (redeem, stop) => (await Promise.all([pause(wait).then(redeem), stop()]))[0],
    async (redeem, stop) => (await Promise.all([redeem(), pause(wait).then(stop)]))[0],
  ]),
];

/** What takes the approval away, up to the moment at which it is about to be written. */
interface Rival {
  prepare(visit: Visit): Promise<void>;
  carryOut(visit: Visit): Promise<unknown>;
}

const withdrawal: Rival = {
  async prepare(visit) {
    stage.partner.fetches = [FACES_DIFFER];
    await stage.push(visit);
    await db.database.transaction(async (tx) => {
      const rows = await tx.many<{ inboxId: string }>`UPDATE outbox SET published_at = clock_timestamp()
        WHERE published_at IS NULL AND event = 'verification.push_received' RETURNING payload ->> 'inboxId' AS inbox_id`;
      for (const { inboxId } of rows) await stage.world.inbox.match(tx, inboxId);
      await tx.run`UPDATE verification_sessions SET next_fetch_at = clock_timestamp() WHERE id = ${visit.session.id}`;
    });
  },
  carryOut: ({ caseId, session }) => stage.world.collector.collect({ caseId, attempt: 1, sessionId: session.id }),
};
const stray: Rival = {
  prepare: async () => undefined,
  carryOut: (visit) => stage.comesBack(visit, newBrowser()),
};
const RIVALS = { withdrawal, stray };

async function approved(): Promise<Visit> {
  stage.partner.fetches = [resultOf()];
  return stage.approved();
}

describe.each(Object.keys(RIVALS) as (keyof typeof RIVALS)[])('redemption and issue against a %s', (name) => {
  const rival = RIVALS[name];

  it(`T33 T43 either the token is spent or it is dead, in ${ORDERS.length} rounds, and either side is first at times`, async () => {
    const passkeys = buildPasskeyStage(other, stage.ring);
    const first = { redeemed: 0, stopped: 0 };
    for (const order of ORDERS) {
      const visit = await approved();
      const holder = await stage.holder(visit);
      const credential = await makePasskey(passkeys, holder);
      await rival.prepare(visit);
      const redeem = () => answerOf(registerPasskey(passkeys, holder, { credential }));
      const answer = await order(redeem, () => rival.carryOut(visit));
      const facts = await factsOf(db.database, visit.caseId);
      if (answer.status === 201) {
        expect(facts).toMatchObject({ state: 'completed', credentials: 1, consumedTokens: 1 });
        first.redeemed += 1;
      } else {
        expect(answer).toEqual(GONE);
        expect(facts).toMatchObject({ state: 'adjudicating', credentials: 0, consumedTokens: 0, spentChallenges: 0 });
        first.stopped += 1;
      }
      expect(await stage.liveTokens(visit)).toBe(0);
    }
    expect(first.redeemed).toBeGreaterThan(0);
    expect(first.stopped).toBeGreaterThan(0);
  });

  it('T33 T43 no token outlives it, whoever asks for one at the same moment', async () => {
    for (let round = 0; round < HEAD_STARTS_MS.length; round += 1) {
      const visit = await approved();
      await rival.prepare(visit);
      const issues = Array.from({ length: 4 }, () =>
        answerOf(stage.tokens.issue({ caseId: visit.caseId, request: visit.browser.request })),
      );
      await Promise.all([...issues, pause(HEAD_STARTS_MS[round % 4] ?? 0).then(() => rival.carryOut(visit))]);
      expect((await readCase(stage.world, visit.caseId)).state).toBe('adjudicating');
      expect(await stage.liveTokens(visit)).toBe(0);
    }
  });
});

describe('the database itself', () => {
  it('T43 spends no token of an approval that was left, and ends none that was spent', async () => {
    const visit = await approved();
    const { tokenId } = await stage.holder(visit);
    const change = (state: string) =>
      db.database.transaction((tx) => tx.run`UPDATE recovery_cases SET state = ${state} WHERE id = ${visit.caseId}`);
    await change('held');
    expect(await stage.liveTokens(visit)).toBe(0);
    await change('approved');
    expect(await stage.liveTokens(visit)).toBe(0);
    const spend = db.database.transaction(
      (tx) =>
        tx.run`UPDATE recovery_tokens SET consumed_at = clock_timestamp(), credential_id = 'pk_x' WHERE id = ${tokenId}`,
    );
    await expect(spend).rejects.toMatchObject({ code: '23514' });
  });
});
