import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { BrowserStub } from '../../test/model/browser-stub.js';
import { changeProfile } from '../../test/support/case-desk.js';
import { checksWith } from '../../test/support/adjudication-stage.js';
import { DeviceStage } from '../../test/support/device-stage.js';
import { colleague } from '../../test/support/review-desk.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { appendAudit } from '../audit-trail/append.js';
import { SYSTEM } from '../audit-trail/audit-event-types.js';
import type { Principal } from '../platform/http/request-context.js';
import { announce } from '../recovery-case/case-events.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';

const HOLD_SECONDS = 3_600;
const WAITS = { state: 'held', stateReason: 'waiting_for_notice', verdict: 'approve' };

let db: TestDatabase;
let stage: DeviceStage;
let browser: BrowserStub;

beforeAll(async () => {
  db = await openTestDatabase();
  stage = new DeviceStage(db);
});
afterAll(() => db.close());
beforeEach(() => {
  stage.mail.refuses = () => false;
  browser = new BrowserStub();
});

async function held(options: { emails?: string[] } = {}): Promise<RecoveryCase> {
  const policy = await stage.adjudication.policy({ hold: { seconds: HOLD_SECONDS } });
  const recoveryCase = await stage.goodResult(browser, { ...options, policy });
  expect(recoveryCase).toMatchObject({ state: 'held', stateReason: 'hold_running' });
  return recoveryCase;
}
/** And a minute, after which a mail is late. */
const holdEnds = (recoveryCase: RecoveryCase) => stage.timePasses(recoveryCase, HOLD_SECONDS + 61);

/** What the sweeper finds of a held case: notices that did not go. */
async function sentAgain({ id: caseId, attempt }: RecoveryCase): Promise<RecoveryCase> {
  await db.database.transaction((tx) => announce(tx, 'case.held', { payload: { caseId, attempt } }));
  return stage.settle({ id: caseId });
}

describe('a hold of which nobody was told (T59)', () => {
  it('T59: waits, says so to the browser, gives no token, and goes on once an address took the notice', async () => {
    stage.mail.refuses = () => true;
    const untold = await holdEnds(await held());
    expect(untold).toMatchObject(WAITS);
    expect(await stage.flowOf(untold, browser)).toMatchObject({ step: 'held', stateReason: 'waiting_for_notice' });
    expect(await stage.tokenFor(untold, browser)).toBe('wrong_state');
    expect(await sentAgain(untold)).toMatchObject(WAITS);
    stage.mail.refuses = () => false;
    const told = await sentAgain(untold);
    expect(told).toMatchObject({ state: 'held', stateReason: 'hold_running' });
    expect(stage.mailsOf(told)).toHaveLength(2);
    expect(await stage.tokenFor(told, browser)).toBe('wrong_state');
    // Half of the hold is theirs who were told late.
    expect(await stage.timePasses(told, HOLD_SECONDS / 2 - 60)).toMatchObject({ state: 'held' });
    expect((await stage.timePasses(told, 60)).state).toBe('approved');
    expect(await stage.tokenFor(told, browser)).toBe('done');
  });

  it('T59: whoever is told can stop it', async () => {
    stage.mail.refuses = () => true;
    const untold = await holdEnds(await held());
    stage.mail.refuses = () => false;
    const told = await sentAgain(untold);
    await stage.repudiation.repudiate(stage.mailsOf(told)[0]?.token ?? '');
    expect((await stage.timePasses(told, HOLD_SECONDS)).state).toBe('cancelled');
  });

  it('does not outlive its case: the wait moves no end', async () => {
    stage.mail.refuses = () => true;
    const before = await held();
    const untold = await sentAgain(await holdEnds(before));
    expect(untold).toMatchObject({ ...WAITS, expiresAt: before.expiresAt });
  });

  it('T59: is served anew when reviewers say yes again: nobody knew of the first', async () => {
    stage.mail.refuses = () => true;
    const policy = await stage.adjudication.policy({ hold: { seconds: HOLD_SECONDS } });
    const open = checksWith({ kind: 'face_match', result: 'indeterminate', reasonCodes: ['faces_similar_unsure'] });
    const referred = await stage.goodResult(browser, { policy, checks: open });
    const vote = (reviewer: Principal) =>
      stage.adjudication.voting.vote(referred.id, {
        reviewer,
        body: { outcome: 'approve', reasonCode: 'same_person' },
      });
    const rita = colleague('rita');
    expect((await vote(rita)).state).toBe('held');
    await db.database.transaction((tx) =>
      appendAudit(tx, { chainId: referred.id, type: 'link.requested', actor: rita }),
    );
    expect(await holdEnds(referred)).toMatchObject({ state: 'in_review', stateReason: 'reviewer_needed' });
    expect((await vote(colleague('rolf'))).state).toBe('held');
    expect(await stage.timePasses(referred, HOLD_SECONDS - 60)).toMatchObject({ stateReason: 'hold_running' });
  });

  it('is none that one address was told of, and another refuses for good', async () => {
    stage.mail.refuses = (to) => to.endsWith('.net');
    expect((await holdEnds(await held())).state).toBe('approved');
  });

  it('is none where there is no address to tell', async () => {
    expect((await holdEnds(await held({ emails: [] }))).state).toBe('approved');
  });

  it('T48: is not ended by a notice to an address that was added this week, or to none that is there any more', async () => {
    stage.mail.refuses = (to) => !to.startsWith('added');
    const before = await held({ emails: ['old@example.org'] });
    for (const emails of [['old@example.org', 'added@example.org'], ['old@example.org']]) {
      await changeProfile(stage.adjudication, before.subjectId, { emails });
      expect(await sentAgain(await holdEnds(before))).toMatchObject(WAITS);
    }
    expect(stage.mailsOf(before).map(({ to }) => to)).toEqual(['added@example.org']);
  });

  it('T48: is told of for good by an address that could vouch when it took the notice, and left the record after that', async () => {
    stage.mail.refuses = (to) => to.startsWith('full');
    const before = await held({ emails: ['left@example.org', 'full@example.org'] });
    await changeProfile(stage.adjudication, before.subjectId, { emails: ['full@example.org'] });
    expect((await holdEnds(before)).state).toBe('approved');
  });
});

describe('an approval that was given anew after it had been taken back (T59)', () => {
  const [rita, rolf] = [colleague('rita'), colleague('rolf')];
  const vote = (id: string, reviewer: Principal) =>
    stage.adjudication.voting
      .vote(id, { reviewer, body: { outcome: 'approve', reasonCode: 'same_person' } })
      .then(() => stage.settle({ id }));
  /** One reviewer let it pass, so many seconds ago, and then had something else to do with it. */
  async function passedOnce(seconds: number, since = 0): Promise<RecoveryCase> {
    const policy = await stage.adjudication.policy({ hold: { seconds } });
    const open = checksWith({ kind: 'face_match', result: 'indeterminate', reasonCodes: ['faces_similar_unsure'] });
    const { id } = await stage.goodResult(browser, { policy, checks: open });
    const passed = await vote(id, rita);
    await db.database.transaction((tx) => appendAudit(tx, { chainId: id, type: 'link.requested', actor: rita }));
    if (since > 0) await stage.timePasses(passed, since);
    return passed;
  }
  async function takenBack({ id: caseId }: RecoveryCase): Promise<void> {
    await db.database.transaction((tx) =>
      stage.adjudication.cases.transition(tx, { caseId, name: 'reconsider', reason: 'reviewer_needed', actor: SYSTEM }),
    );
    expect(await stage.settle({ id: caseId })).toMatchObject({ state: 'in_review' });
  }
  const told = (of: RecoveryCase, subject = 'about to get back') =>
    stage.mailsOf(of).filter((mail) => mail.subject.includes(subject)).length;

  it('T59: is told of once more, and not again while the same hold goes on', async () => {
    const held = await passedOnce(HOLD_SECONDS, 600);
    expect([held.state, told(held)]).toEqual(['held', 2]);
    expect([await sentAgain(held).then(() => told(held))]).toEqual([2]);
    await takenBack(held);
    expect(await vote(held.id, rolf)).toMatchObject({ state: 'held', stateReason: 'hold_running' });
    expect(told(held)).toBe(4);
    await sentAgain(held);
    await sentAgain(await stage.timePasses(held, 60));
    expect(told(held)).toBe(4);
    // What was served before, and told of, counts as before.
    expect((await stage.timePasses(held, HOLD_SECONDS - 600 - 60)).state).toBe('approved');
  });

  it('T59: lets nobody through while no address took word of the new hold, and then leaves what it had', async () => {
    const held = await passedOnce(HOLD_SECONDS, HOLD_SECONDS - 600);
    stage.mail.refuses = () => true;
    await takenBack(held);
    await vote(held.id, rolf);
    expect(await stage.timePasses(held, 700)).toMatchObject(WAITS);
    stage.mail.refuses = () => false;
    expect(await sentAgain(held)).toMatchObject({ state: 'held', stateReason: 'hold_running' });
    expect(await stage.timePasses(held, 500)).toMatchObject({ state: 'held' });
    expect((await stage.timePasses(held, 100)).state).toBe('approved');
  });

  it('T59: is told of where there is no hold, too', async () => {
    const approved = await passedOnce(0);
    expect([approved.state, told(approved, 'check is done')]).toEqual(['approved', 2]);
    await takenBack(approved);
    expect((await vote(approved.id, rolf)).state).toBe('approved');
    expect(told(approved, 'check is done')).toBe(4);
  });
});
