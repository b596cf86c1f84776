import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BrowserStub, codeOf } from '../../test/model/browser-stub.js';
import { addPerson, addPolicy, buildCore, openCase, type Core } from '../../test/model/core-stage.js';
import { secretOf } from '../../test/support/case-desk.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { SYSTEM } from '../audit-trail/audit-event-types.js';
import { CAPTURE_COOKIE, FLOW_COOKIE } from '../flow-session/cookies.js';
import { CaptureAdmission } from '../identity-evidence/capture-admission.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import type { Transaction } from '../platform/database/transaction.js';
import type { Policy } from '../policy/policy.js';
import { NOTICE_VERSION } from '../recovery-request/privacy-notice/index.js';
import { AskedCodes } from './asked-codes-of-case.js';
import { FlowCodes } from './flow-codes.js';
import { GivenCodes } from './given-codes.js';
import { IssuedCodes } from './issued-codes.js';
import { SavedCodes } from './saved-codes.js';

const [old] = KeyRing.generate('k1').keys;
const [active] = KeyRing.generate('k2').keys;
const given = new GivenCodes();
const BOTH = { savedCode: true, issuedCode: true };
const NONE = { savedCode: false, issuedCode: false };

let test: TestDatabase;
/** Before and after the active key was changed. */
let core: Core;
let rotated: Core;
let policy: Policy;

beforeAll(async () => {
  test = await openTestDatabase({ poolSize: 4 });
  core = buildCore(test.database, { ring: new KeyRing({ keys: [old] }) });
  rotated = buildCore(test.database, { ring: new KeyRing({ keys: [old, active] }) });
  policy = await addPolicy(core, {
    matching: { require: ['data'], names: 'compatible', unproofed: 'codes', withoutDocument: 'codes' },
    hold: { seconds: 0, fairEvidenceSeconds: 0, weakEvidenceSeconds: 86_400 },
  });
});
afterAll(() => test.close());

const change = <Result>(work: (tx: Transaction) => Promise<Result>) => test.database.transaction(work);

/** A browser comes in by a fresh link, and agrees. */
async function comesIn(caseId: string, browser: BrowserStub, by = core): Promise<void> {
  delete browser.cookies[FLOW_COOKIE];
  const link = await change((tx) => by.links.issue(tx, { caseId, ttlSeconds: 600, actor: SYSTEM }));
  await by.entry.start(secretOf(link), browser.exchange);
  await by.participation.consent(caseId, { noticeVersion: NOTICE_VERSION, agreed: true, language: 'en' });
}

/** Somebody who gave both codes in their first attempt, in which the browser is bound. */
async function gaveBoth() {
  const { id: subjectId } = await addPerson(core);
  const { id: caseId } = await openCase(core, { policy, subjectId });
  const browser = new BrowserStub();
  await comesIn(caseId, browser);
  await change((tx) => core.captures.bind(tx, { caseId, attempt: 1, ...browser.exchange }));
  const saved = new SavedCodes(core.ring, core.clock);
  const issued = new IssuedCodes(core.ring, core.clock);
  const { database, cases, policies, subjects, records, captures, limits } = core;
  const asked = new AskedCodes(policies, subjects, records, captures, given);
  const admission = new CaptureAdmission(cases, captures);
  const flow = new FlowCodes(database, admission, asked, limits, saved, issued, given);
  const { code } = await change((tx) => saved.replace(tx, subjectId));
  const sent = await change((tx) => issued.issue(tx, { caseId, attempt: 1 }));
  await flow.give({ caseId, ...browser.exchange }, { method: 'issued', text: sent ?? '' });
  await flow.give({ caseId, ...browser.exchange }, { method: 'saved', text: code });
  const replaced = () => change((tx) => saved.replace(tx, subjectId));
  const give = (by: BrowserStub, text: string) => flow.give({ caseId, ...by.exchange }, { method: 'saved', text });
  return { caseId, browser, replaced, give };
}

/** Reviewers, or a poor picture, send the person back to the start of another attempt. */
const sentBack = (caseId: string): Promise<unknown> =>
  change(async (tx) => {
    await tx.run`UPDATE recovery_cases SET state = 'in_review' WHERE id = ${caseId}`;
    await core.cases.transition(tx, { caseId, name: 'retry', actor: SYSTEM });
  });

/** What counts once the browser has begun an attempt. */
const countsIn = (caseId: string, attempt: number, { browser, by = core }: { browser: BrowserStub; by?: Core }) =>
  change(async (tx) => {
    await by.captures.bind(tx, { caseId, attempt, ...browser.exchange });
    return given.ofAttempt(tx, { id: caseId, attempt });
  });

describe('codes that were given in an earlier attempt', () => {
  it('T61 count for the browser that gave them when it comes in by a way back, under a secret that is new', async () => {
    const { caseId, browser } = await gaveBoth();
    const before = browser.cookies[CAPTURE_COOKIE];
    await sentBack(caseId);
    await comesIn(caseId, browser);
    expect(browser.cookies[CAPTURE_COOKIE]).not.toBe(before);
    expect(await countsIn(caseId, 2, { browser })).toEqual(BOTH);
    // And so does the database, which asks for both (migration 0014).
    await change(async (tx) => {
      await given.submit(tx, { id: caseId, attempt: 2 });
      expect(await core.cases.transition(tx, { caseId, name: 'submit_codes', actor: SYSTEM })).toBeDefined();
    });
  });

  it('T61 count for it when it takes the attempt back that another browser had begun', async () => {
    const { caseId, browser } = await gaveBoth();
    const other = new BrowserStub('192.0.2.2');
    await sentBack(caseId);
    await comesIn(caseId, other);
    expect(await countsIn(caseId, 2, { browser: other })).toEqual(NONE);
    await comesIn(caseId, browser);
    expect(await countsIn(caseId, 3, { browser })).toEqual(BOTH);
  });

  it('T61 count for nobody who has the link and not the secret, nor what it was exchanged for', async () => {
    const { caseId, browser } = await gaveBoth();
    const [copied, thief, empty] = [browser.cookies[CAPTURE_COOKIE], new BrowserStub(), new BrowserStub()];
    thief.cookies[CAPTURE_COOKIE] = (await gaveBoth()).browser.cookies[CAPTURE_COOKIE] ?? '';
    await sentBack(caseId);
    await comesIn(caseId, thief);
    expect(await countsIn(caseId, 2, { browser: thief })).toEqual(NONE);
    await comesIn(caseId, empty);
    expect(await countsIn(caseId, 3, { browser: empty })).toEqual(NONE);
    const boundBrowser = (attempt: number) =>
      test.database.read((tx) => {
        const place = { caseId, attempt, request: new BrowserStub().request };
        place.request.cookies[CAPTURE_COOKIE] = copied;
        return core.captures.boundBrowser(tx, place);
      });
    await sentBack(caseId);
    await comesIn(caseId, browser);
    expect(await countsIn(caseId, 4, { browser })).toEqual(BOTH);
    expect([await boundBrowser(1), await boundBrowser(4)]).toEqual(['this_browser', 'another_browser']);
  });

  it('T61 count no more once the saved one was replaced, also when another browser has spent the new one', async () => {
    const { caseId, browser, replaced, give } = await gaveBoth();
    const other = new BrowserStub('192.0.2.2');
    const { code } = await replaced();
    await sentBack(caseId);
    await comesIn(caseId, other);
    await give(other, code);
    expect(await countsIn(caseId, 2, { browser: other })).toEqual({ savedCode: true, issuedCode: false });
    await sentBack(caseId);
    await comesIn(caseId, browser);
    expect(await countsIn(caseId, 3, { browser })).toEqual({ savedCode: false, issuedCode: true });
    // Its own new one counts, in this attempt and in a later one under another secret.
    await give(browser, (await replaced()).code);
    expect(await countsIn(caseId, 3, { browser })).toEqual(BOTH);
    await sentBack(caseId);
    await comesIn(caseId, browser);
    expect(await countsIn(caseId, 4, { browser })).toEqual(BOTH);
  });

  it('T61 count in no other case of the browser', async () => {
    const [{ browser }, { caseId }] = [await gaveBoth(), await gaveBoth()];
    await sentBack(caseId);
    await comesIn(caseId, browser);
    expect(await countsIn(caseId, 2, { browser })).toEqual(NONE);
  });

  it('T117 count under the key that is active by then, on the same page or by a way back', async () => {
    const stays = await gaveBoth();
    await sentBack(stays.caseId);
    expect(await countsIn(stays.caseId, 2, { browser: stays.browser, by: rotated })).toEqual(BOTH);
    const returns = await gaveBoth();
    await sentBack(returns.caseId);
    await comesIn(returns.caseId, returns.browser, rotated);
    expect(await countsIn(returns.caseId, 2, { browser: returns.browser, by: rotated })).toEqual(BOTH);
    const between = await gaveBoth();
    await sentBack(between.caseId);
    await comesIn(between.caseId, between.browser);
    expect(await countsIn(between.caseId, 2, { browser: between.browser, by: rotated })).toEqual(BOTH);
  });

  it('stay as they were given: nothing is taken from an attempt that has them, and nothing is said twice', async () => {
    const { caseId, browser } = await gaveBoth();
    await comesIn(caseId, browser);
    expect(await codeOf(countsIn(caseId, 1, { browser }))).toBe('done');
    expect(await change((tx) => given.ofAttempt(tx, { id: caseId, attempt: 1 }))).toEqual(BOTH);
    const { rows } = await change(
      (tx) =>
        tx.one<{ rows: number }>`SELECT count(*)::int AS rows FROM given_recovery_codes WHERE case_id = ${caseId}`,
    );
    expect(rows).toBe(2);
  });
});
