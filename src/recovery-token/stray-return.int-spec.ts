import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { answerOf } from '../../test/support/passkey-stage.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { ApprovedWorld, type Visit } from '../../test/support/verification/approved-world.js';
import { auditTypes, forgetPlanned, newBrowser, readCase } from '../../test/support/verification/world-cases.js';
import { SYSTEM } from '../audit-trail/audit-event-types.js';

const ASKED = { state: 'held', stateReason: 'waiting_for_confirmation', verdict: 'approve' };
const REFUSED = { status: 409, code: 'wrong_state' };

let db: TestDatabase;
let stage: ApprovedWorld;

beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(() => db.close());
beforeEach(() => open());

async function open(
  ...capabilities: ConstructorParameters<typeof ApprovedWorld> extends [unknown, ...infer Rest] ? Rest : never
) {
  stage = new ApprovedWorld(db.database, ...capabilities);
  await forgetPlanned(stage.world);
}
const strayedAt = async ({ session }: Visit) =>
  (await db.database.read((tx) => stage.world.sessions.find(tx, session.id)))?.strayedAt;
const tokenFor = ({ caseId, browser }: Visit) => answerOf(stage.tokens.issue({ caseId, request: browser.request }));
const strays = async ({ caseId }: Visit): Promise<number> =>
  (await auditTypes(stage.world, caseId)).filter((type) => type === 'verification.browser_strayed').length;

describe('a partner’s address that is opened in another browser', () => {
  it('T33 takes the proof away when the other browser came first', async () => {
    const visit = await stage.visit();
    await stage.comesBack(visit, newBrowser());
    await stage.comesBack(visit);
    expect(await stage.settle(visit)).toMatchObject(ASKED);
    expect(await tokenFor(visit)).toEqual(REFUSED);
  });

  it('T33 takes it away when the browser that started was back before: the partner lets go too early', async () => {
    const visit = await stage.visit();
    await stage.comesBack(visit);
    await stage.comesBack(visit, newBrowser());
    expect(await stage.settle(visit)).toMatchObject(ASKED);
    expect(await tokenFor(visit)).toEqual(REFUSED);
  });

  it('T33 takes it away when nobody else ever comes back: the question is put at once', async () => {
    const visit = await stage.visit();
    await stage.comesBack(visit, newBrowser());
    await stage.world.collector.collect({ caseId: visit.caseId, attempt: 1, sessionId: visit.session.id });
    expect(await stage.settle(visit)).toMatchObject(ASKED);
  });

  it('T33 puts the question at once to a case that waits for the browser', async () => {
    const visit = await stage.visit();
    await stage.world.collector.collect({ caseId: visit.caseId, attempt: 1, sessionId: visit.session.id });
    expect((await stage.settle(visit)).stateReason).toBe('waiting_for_return');
    await stage.comesBack(visit, newBrowser());
    expect(await stage.settle(visit)).toMatchObject(ASKED);
  });

  it('T33 takes an unspent token away, and the way back is the number from an address on file', async () => {
    const visit = await stage.approved({ relay: { holdSeconds: 0 } });
    await stage.holder(visit);
    await stage.comesBack(visit, newBrowser());
    expect(await stage.liveTokens(visit)).toBe(0);
    expect(await tokenFor(visit)).toEqual(REFUSED);
    expect(await stage.settle(visit)).toMatchObject(ASKED);
    await db.database.transaction((tx) => stage.confirmations.keep(tx, { caseId: visit.caseId, attempt: 1 }, 0));
    await db.database.transaction(
      (tx) => tx.run`UPDATE recovery_cases SET held_until = clock_timestamp() WHERE id = ${visit.caseId}`,
    );
    await stage.adjudication.releaseHold(visit.caseId);
    expect((await readCase(stage.world, visit.caseId)).state).toBe('approved');
    expect(await tokenFor(visit)).toEqual({ status: 201 });
    await stage.comesBack(visit, newBrowser());
    expect(await stage.liveTokens(visit)).toBe(1);
  });

  it('T33 is noted once, however often and by however many it is opened', async () => {
    const visit = await stage.visit();
    await Promise.all(Array.from({ length: 30 }, () => stage.comesBack(visit, newBrowser())));
    const first = await strayedAt(visit);
    expect(first).toBeInstanceOf(Date);
    await stage.comesBack(visit, newBrowser());
    expect(await strayedAt(visit)).toEqual(first);
    expect(await strays(visit)).toBe(1);
  });

  it('T35 asks no partner and moves no case by itself', async () => {
    const visit = await stage.visit();
    await stage.comesBack(visit, newBrowser());
    expect((await stage.settle(visit)).state).toBe('verifying');
    expect(stage.partner.fetched).toEqual([]);
  });
});

describe('nothing is noted', () => {
  it('T35 of the browser that started, with or without its page session', async () => {
    const visit = await stage.visit();
    await stage.world.strays.note({ provider: 'alpha', state: visit.returnState, request: visit.browser.request });
    expect(await strayedAt(visit)).toBeNull();
  });

  it.each([
    ['a state of nobody', { state: 'A'.repeat(43) }],
    ['no state', { state: '' }],
    ['another partner’s address', { provider: 'beta' }],
  ])('T35 of %s', async (_what, change) => {
    const visit = await stage.visit();
    const arrival = { provider: 'alpha', state: visit.returnState, request: newBrowser().request, ...change };
    await stage.world.strays.note(arrival);
    expect(await strayedAt(visit)).toBeNull();
    expect(await strays(visit)).toBe(0);
  });

  it('of a partner whose page belongs on another device', async () => {
    await open({ handoff: 'qr_deeplink', sameDevice: 'none' });
    stage.partner.creates = [
      (context) => ({
        externalId: `alpha-${context.reference}`,
        handoff: { kind: 'qr_deeplink', url: 'https://alpha.example/verify' },
      }),
    ];
    const visit = await stage.visit();
    await stage.comesBack(visit, newBrowser());
    expect(await strayedAt(visit)).toBeNull();
  });

  it('T44 of a case that is over, or in another attempt', async () => {
    for (const name of ['cancel', 'recapture'] as const) {
      const visit = await stage.approved();
      await db.database.transaction((tx) =>
        stage.world.cases.transition(tx, { caseId: visit.caseId, name, actor: SYSTEM }),
      );
      await stage.comesBack(visit, newBrowser());
      expect(await strayedAt(visit)).toBeNull();
    }
  });

  it('against an approval that the policy gives without proof: the token is issued again after a look', async () => {
    const visit = await stage.approved({ providers: [{ id: 'alpha', unprovenDevice: 'allow' }], hold: { seconds: 0 } });
    await stage.comesBack(visit, newBrowser());
    expect((await stage.settle(visit)).state).toBe('approved');
    expect(await tokenFor(visit)).toEqual({ status: 201 });
  });
});
