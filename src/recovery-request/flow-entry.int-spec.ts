import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BrowserStub, codeOf } from '../../test/model/browser-stub.js';
import { addPerson, addPolicy, buildCore, openCase, type Core } from '../../test/model/core-stage.js';
import { auditOf } from '../../test/support/approved-case.js';
import { secretOf } from '../../test/support/case-desk.js';
import { allowAttempts } from '../../test/support/next-version.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { assertConsent } from '../identity-evidence/consent-gate.js';
import { SYSTEM } from '../audit-trail/audit-event-types.js';
import { CAPTURE_COOKIE, FLOW_COOKIE } from '../flow-session/cookies.js';
import { newSecret } from '../platform/ids/ids.js';
import type { Request } from '../platform/http/request-context.js';
import { LANGUAGE_COOKIE } from '../platform/language/page-language.js';
import type { Policy } from '../policy/policy.js';
import type { CaseState } from '../recovery-case/case-states.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';
import { ParticipationController } from './participation.controller.js';
import { NOTICE_VERSION } from './privacy-notice/index.js';

let test: TestDatabase;
let core: Core;
let policy: Policy;

beforeAll(async () => {
  test = await openTestDatabase({ poolSize: 16 });
  core = buildCore(test.database);
  policy = await addPolicy(core, { relay: { allowed: true, holdSeconds: 0 } });
});
afterAll(() => test.close());

async function newCase(channel: RecoveryCase['channel'] = 'email'): Promise<{ caseId: string; secret: string }> {
  const { id: caseId } = await openCase(core, { policy, subjectId: (await addPerson(core)).id, channel });
  return { caseId, secret: await newLink(caseId) };
}
async function newLink(caseId: string): Promise<string> {
  const link = await test.database.transaction((tx) =>
    core.links.issue(tx, { caseId, ttlSeconds: 600, actor: SYSTEM }),
  );
  return secretOf(link);
}
const start = (secret: string, browser: BrowserStub): Promise<RecoveryCase> =>
  core.entry.start(secret, browser.exchange);
const stateOf = async (caseId: string): Promise<CaseState> =>
  (await test.database.read((tx) => tx.one<RecoveryCase>`SELECT * FROM recovery_cases WHERE id = ${caseId}`)).state;
const put = (caseId: string, state: CaseState): Promise<number> =>
  test.database.transaction((tx) => tx.run`UPDATE recovery_cases SET state = ${state} WHERE id = ${caseId}`);
const capture = (caseId: string, browser: BrowserStub, attempt = 1): Promise<Buffer> =>
  test.database.transaction((tx) => core.captures.bind(tx, { caseId, attempt, ...browser.exchange }));

const consent = (caseId: string, change: Partial<{ noticeVersion: string; agreed: boolean }> = {}): Promise<string> =>
  codeOf(
    core.participation.consent(caseId, { noticeVersion: NOTICE_VERSION, agreed: true, language: 'en', ...change }),
  );

describe('start', () => {
  it('gives the first browser a session, and a second one nothing but an audit row (T21)', async () => {
    const { caseId, secret } = await newCase();
    const [owner, thief] = [new BrowserStub(), new BrowserStub('192.0.2.2')];
    expect((await start(secret, owner)).state).toBe('awaiting_evidence');
    expect(await codeOf(start(secret, thief))).toBe('link_not_usable');
    expect(thief.cookies).toEqual({});
    expect(await auditOf(test.database, caseId)).toEqual([
      'case.opened',
      'link.issued',
      'case.started',
      'flow.second_browser_refused',
    ]);
    expect(await stateOf(caseId)).toBe('awaiting_evidence');
  });

  it('gives one of sixteen browsers that race a session', async () => {
    const { caseId, secret } = await newCase();
    const browsers = Array.from({ length: 16 }, (_, index) => new BrowserStub(`192.0.2.${index}`));
    const outcomes = await Promise.all(browsers.map((browser) => codeOf(start(secret, browser))));
    expect(outcomes.filter((code) => code === 'done')).toHaveLength(1);
    expect(outcomes.filter((code) => code === 'link_not_usable')).toHaveLength(15);
    expect(browsers.filter((browser) => FLOW_COOKIE in browser.cookies)).toHaveLength(1);
    const { count } = await test.database.read(
      (tx) => tx.one<{ count: number }>`SELECT count(*)::int AS count FROM flow_sessions WHERE case_id = ${caseId}`,
    );
    expect(count).toBe(1);
  });

  it('again in the browser that started is a refreshed page', async () => {
    const { secret } = await newCase();
    const browser = new BrowserStub();
    await start(secret, browser);
    const cookie = browser.cookies[FLOW_COOKIE];
    expect(await codeOf(start(secret, browser))).toBe('done');
    expect(browser.cookies[FLOW_COOKIE]).toBe(cookie);
  });

  it.each([newSecret(), '', 'x', `${'a'.repeat(42)}=`, "'; --"])(
    'with the unknown link %j is the same answer as with a dead one',
    async (secret) => {
      expect(await codeOf(start(secret, new BrowserStub()))).toBe('link_not_usable');
    },
  );

  it('with a fresh link in a browser that has not captured costs an attempt; the old browser is out (design, two cookies)', async () => {
    const { caseId, secret } = await newCase();
    const [old, fresh] = [new BrowserStub(), new BrowserStub()];
    await start(secret, old);
    await capture(caseId, old);
    expect((await start(await newLink(caseId), fresh)).attempt).toBe(2);
    expect(await test.database.transaction((tx) => core.flows.touch(tx, old.cookies[FLOW_COOKIE]))).toBeUndefined();
    expect(await test.database.transaction((tx) => core.flows.touch(tx, fresh.cookies[FLOW_COOKIE]))).toMatchObject({
      caseId,
    });
    expect(await auditOf(test.database, caseId)).toContain('flow.resumed');
  });

  it('with a fresh link in the browser that captured goes on in the same attempt', async () => {
    const { caseId, secret } = await newCase();
    const browser = new BrowserStub();
    await start(secret, browser);
    await capture(caseId, browser);
    await put(caseId, 'verifying');
    delete browser.cookies[FLOW_COOKIE];
    expect(await start(await newLink(caseId), browser)).toMatchObject({ attempt: 1, state: 'verifying' });
  });

  it('in another browser takes an approval away: whoever stole the link has to show the face', async () => {
    const { caseId, secret } = await newCase();
    const [owner, thief] = [new BrowserStub(), new BrowserStub()];
    await start(secret, owner);
    await capture(caseId, owner);
    await put(caseId, 'approved');
    expect(await start(await newLink(caseId), thief)).toMatchObject({ attempt: 2, state: 'awaiting_evidence' });
  });

  it.each(['verifying', 'in_review', 'held'] as const)(
    'in another browser while %s changes nothing, and the link is still good for the right one',
    async (state) => {
      const { caseId, secret } = await newCase();
      const [owner, other] = [new BrowserStub(), new BrowserStub()];
      await start(secret, owner);
      await capture(caseId, owner);
      await put(caseId, state);
      const link = await newLink(caseId);
      delete owner.cookies[FLOW_COOKIE];
      expect(await codeOf(start(link, other))).toBe('link_not_usable');
      expect([await stateOf(caseId), other.cookies]).toEqual([state, {}]);
      expect(await codeOf(start(link, owner))).toBe('done');
    },
  );

  it('is refused when no attempt is left', async () => {
    const { caseId, secret } = await newCase();
    const owner = new BrowserStub();
    await start(secret, owner);
    await capture(caseId, owner);
    await test.asOwner('UPDATE recovery_cases SET attempts_allowed = 1 WHERE id = $1', [caseId]);
    expect(await codeOf(start(await newLink(caseId), new BrowserStub()))).toBe('link_not_usable');
  });

  it('T75: is refused where the policy allows fewer attempts since the case began', async () => {
    const groups = ['fewer attempts'];
    const own = await addPolicy(core, { include: groups, priority: 1 });
    const { id: subjectId } = await addPerson(core, { groups });
    const { id: caseId } = await openCase(core, { policy: own, subjectId });
    const owner = new BrowserStub();
    await start(await newLink(caseId), owner);
    await capture(caseId, owner);
    await allowAttempts(test.database, own.id, 1);
    expect(await codeOf(start(await newLink(caseId), new BrowserStub()))).toBe('link_not_usable');
    delete owner.cookies[FLOW_COOKIE];
    expect(await start(await newLink(caseId), owner)).toMatchObject({ attempt: 1 });
  });

  it('counts guesses by source and stops them', async () => {
    const strict = buildCore(test.database, { ring: core.ring, limitScale: 0.1 });
    const guesser = new BrowserStub('198.51.100.7');
    const codes: string[] = [];
    for (let guess = 0; guess < 8; guess += 1)
      codes.push(await codeOf(strict.entry.start(newSecret(), guesser.exchange)));
    expect(codes).toEqual([
      ...Array.from({ length: 6 }, () => 'link_not_usable'),
      'too_many_requests',
      'too_many_requests',
    ]);
  });
});

describe('the capture cookie', () => {
  it('is the first browser’s for the attempt; nothing rebinds', async () => {
    const { caseId } = await newCase();
    const [owner, thief] = [new BrowserStub(), new BrowserStub()];
    const digest = await capture(caseId, owner);
    expect(owner.cookies[CAPTURE_COOKIE]).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(await codeOf(capture(caseId, thief))).toBe('capture_binding_missing');
    thief.cookies[CAPTURE_COOKIE] = newSecret();
    expect(await codeOf(capture(caseId, thief))).toBe('capture_binding_missing');
    expect(await capture(caseId, owner)).toEqual(digest);
  });

  it('that is missing, of another attempt, cut or respelled does not count', async () => {
    const { caseId } = await newCase();
    const owner = new BrowserStub();
    await capture(caseId, owner);
    const good = owner.cookies[CAPTURE_COOKIE] ?? '';
    const check = (value: string | undefined, attempt = 1): Promise<string> => {
      const browser = new BrowserStub();
      if (value !== undefined) browser.cookies[CAPTURE_COOKIE] = value;
      return codeOf(
        test.database.read((tx) => core.captures.require(tx, { caseId, attempt, request: browser.request })),
      );
    };
    expect(await check(good)).toBe('done');
    for (const bad of [undefined, '', good.slice(0, -1), `${good}=`, newSecret()])
      expect(await check(bad)).toBe('capture_binding_missing');
    expect(await check(good, 2)).toBe('capture_binding_missing');
  });

  it('is new for every case: what lay in the jar is known to whoever used the computer before (T21)', async () => {
    const [planted, victim] = [newSecret(), await newCase()];
    const [shared, thief] = [new BrowserStub(), new BrowserStub('198.51.100.9')];
    shared.cookies[CAPTURE_COOKIE] = planted;
    thief.cookies[CAPTURE_COOKIE] = planted;
    await start(victim.secret, shared);
    const own = shared.cookies[CAPTURE_COOKIE];
    await capture(victim.caseId, shared);
    expect([own === planted, shared.cookies[CAPTURE_COOKIE] === own]).toEqual([false, true]);
    const boundBrowser = test.database.read((tx) =>
      core.captures.boundBrowser(tx, { caseId: victim.caseId, attempt: 1, request: thief.request }),
    );
    expect(await boundBrowser).toBe('another_browser');
    await start(await newLink(victim.caseId), thief);
    // It has to capture again, like any other browser.
    const { attempt } = await test.database.read(
      (tx) => tx.one<RecoveryCase>`SELECT * FROM recovery_cases WHERE id = ${victim.caseId}`,
    );
    expect(attempt).toBe(2);
  });

  it('of a case is not the one of the next in the same browser, and the first is gone with its page session', async () => {
    const [first, second] = [await newCase(), await newCase()];
    const browser = new BrowserStub();
    await start(first.secret, browser);
    await capture(first.caseId, browser);
    const before = browser.cookies[CAPTURE_COOKIE];
    await start(second.secret, browser);
    expect(browser.cookies[CAPTURE_COOKIE]).not.toBe(before);
    await capture(second.caseId, browser);
    expect(await codeOf(capture(first.caseId, browser))).toBe('capture_binding_missing');
  });

  it.each(['before anything was captured', 'after a capture elsewhere'])(
    'is new for who comes in again %s',
    async (when) => {
      const { caseId, secret } = await newCase();
      await start(secret, new BrowserStub());
      if (when.startsWith('after')) await capture(caseId, new BrowserStub());
      const [planted, again] = [newSecret(), new BrowserStub('192.0.2.9')];
      again.cookies[CAPTURE_COOKIE] = planted;
      await start(await newLink(caseId), again);
      expect(again.cookies[CAPTURE_COOKIE]).not.toBe(planted);
    },
  );

  it('of the bound browser stays when it comes in again, and a lost one is made anew at the first capture', async () => {
    const { caseId, secret } = await newCase();
    const browser = new BrowserStub();
    await start(secret, browser);
    delete browser.cookies[CAPTURE_COOKIE];
    await capture(caseId, browser);
    const bound = browser.cookies[CAPTURE_COOKIE];
    await start(await newLink(caseId), browser);
    expect(browser.cookies[CAPTURE_COOKIE]).toBe(bound);
    expect(await codeOf(capture(caseId, browser))).toBe('done');
  });

  it('is bound once when many uploads of many browsers race', async () => {
    const { caseId } = await newCase();
    const outcomes = await Promise.all(Array.from({ length: 12 }, () => codeOf(capture(caseId, new BrowserStub()))));
    expect(outcomes.filter((code) => code === 'done')).toHaveLength(1);
  });
});

describe('the language', () => {
  const ofCase = (caseId: string, table: 'flow_sessions' | 'consents'): Promise<{ language: string }> =>
    test.database.read((tx) =>
      table === 'consents'
        ? tx.one<{ language: string }>`SELECT language FROM consents WHERE case_id = ${caseId}`
        : tx.one<{ language: string }>`SELECT language FROM flow_sessions WHERE case_id = ${caseId}`,
    );
  const cameIn = async (acceptLanguage: string, chosen?: string) => {
    const { caseId, secret } = await newCase();
    const browser = new BrowserStub('192.0.2.1', acceptLanguage);
    if (chosen) browser.cookies[LANGUAGE_COOKIE] = chosen;
    const flow = await start(secret, browser);
    return { caseId, request: { ...browser.request, flow: { ...flow, caseId } } as unknown as Request };
  };

  it.each([
    ['en;q=0.2,de', undefined, 'de'],
    ['fil-PH,de;q=0.5', undefined, 'fil'],
    ['de', 'ar', 'ar'],
    ['es', 'en', 'en'],
    ['*', undefined, 'en'],
  ])('that a partner hears of: wanted %j, chosen %j: %s', async (wanted, chosen, language) => {
    const { caseId } = await cameIn(wanted, chosen);
    expect(await ofCase(caseId, 'flow_sessions')).toEqual({ language });
  });

  it.each([
    ['fr,de;q=0.5', undefined, 'de'],
    ['de', 'ar', 'ar'],
  ])(
    'of an agreement is that of the notice that was shown: wanted %j, chosen %j: %s',
    async (wanted, chosen, language) => {
      const { caseId, request } = await cameIn(wanted, chosen);
      const agreement = { noticeVersion: NOTICE_VERSION, agreed: true };
      await new ParticipationController(core.participation).consent(agreement, request);
      expect(await ofCase(caseId, 'consents')).toEqual({ language });
    },
  );
});

describe('consent', () => {
  it('is stored with version, language and hash, agreed or not, and cannot be changed', async () => {
    const { caseId, secret } = await newCase();
    await start(secret, new BrowserStub());
    expect([await consent(caseId, { agreed: false }), await consent(caseId)]).toEqual(['done', 'done']);
    const rows = await test.database.read(
      (tx) =>
        tx.many<{
          agreed: boolean;
          noticeSha256: Buffer;
        }>`SELECT agreed, notice_sha256 FROM consents WHERE case_id = ${caseId} ORDER BY consented_at`,
    );
    expect(rows.map((row) => [row.agreed, row.noticeSha256.length])).toEqual([
      [false, 32],
      [true, 32],
    ]);
    await expect(
      test.database.transaction((tx) => tx.run`UPDATE consents SET agreed = true WHERE case_id = ${caseId}`),
    ).rejects.toMatchObject({ code: '42501' });
  });

  it('to another version of the notice is none', async () => {
    const { caseId, secret } = await newCase();
    await start(secret, new BrowserStub());
    expect(await consent(caseId, { noticeVersion: '2020-01' })).toBe('version_conflict');
  });

  it('before the start, or for a closed case, is refused', async () => {
    const { caseId } = await newCase();
    expect(await consent(caseId)).toBe('wrong_state');
    await test.database.transaction((tx) => core.cases.transition(tx, { caseId, name: 'cancel', actor: SYSTEM }));
    expect(await consent(caseId)).toBe('wrong_state');
  });

  it('waits for the call code when the link was relayed', async () => {
    const { caseId, secret } = await newCase('relay');
    expect((await start(secret, new BrowserStub())).stateReason).toBe('waiting_for_call_code');
    expect(await consent(caseId)).toBe('call_code_missing');
  });
});

describe('a fresh link for a case under way', () => {
  const resumes = async (caseId: string): Promise<unknown[]> =>
    (
      await test.database.read(
        (tx) =>
          tx.many<{
            data: { bound: boolean };
          }>`SELECT data FROM audit_events WHERE chain_id = ${caseId} AND type = 'flow.resumed' ORDER BY seq`,
      )
    ).map(({ data }) => data.bound);

  it('leaves a row in the trail and needs an agreement of its own (T21)', async () => {
    const { caseId, secret } = await newCase();
    await start(secret, new BrowserStub());
    expect(await consent(caseId)).toBe('done');
    await test.database.read((tx) => assertConsent(tx, caseId));
    await start(await newLink(caseId), new BrowserStub('192.0.2.9'));
    expect(await resumes(caseId)).toEqual([false]);
    expect(await codeOf(test.database.read((tx) => assertConsent(tx, caseId)))).toBe('consent_required');
  });

  it('has a call code of its own in another browser, and says that it is due (T33)', async () => {
    const { caseId, secret } = await newCase('relay');
    await start(secret, new BrowserStub());
    await test.database.transaction(
      (tx) => tx.run`
        UPDATE recovery_cases SET call_confirmed_at = clock_timestamp(), state_reason = NULL WHERE id = ${caseId}`,
    );
    expect(await consent(caseId)).toBe('done');
    const elsewhere = await start(await newLink(caseId), new BrowserStub('192.0.2.9'));
    expect(elsewhere).toMatchObject({ state: 'awaiting_evidence', stateReason: 'waiting_for_call_code' });
    expect(await consent(caseId)).toBe('call_code_missing');
  });

  it('says so once, however often a used link is tried', async () => {
    const { caseId, secret } = await newCase();
    await start(secret, new BrowserStub());
    for (let ask = 0; ask < 5; ask += 1) await codeOf(start(secret, new BrowserStub('192.0.2.3')));
    const refused = (await auditOf(test.database, caseId)).filter((type) => type === 'flow.second_browser_refused');
    expect(refused).toHaveLength(1);
  });
});

describe('stopping', () => {
  it('from the landing page needs the link, and only stops', async () => {
    const { caseId, secret } = await newCase();
    expect(await codeOf(core.entry.repudiate(newSecret()))).toBe('link_not_usable');
    await core.entry.repudiate(secret);
    expect(await stateOf(caseId)).toBe('cancelled');
    expect(await codeOf(core.entry.repudiate(secret))).toBe('link_not_usable');
    expect(await codeOf(start(secret, new BrowserStub()))).toBe('link_not_usable');
  });

  it('from the flow ends the case once', async () => {
    const { caseId, secret } = await newCase();
    await start(secret, new BrowserStub());
    expect([await codeOf(core.participation.stop(caseId)), await codeOf(core.participation.stop(caseId))]).toEqual([
      'done',
      'wrong_state',
    ]);
    expect(await stateOf(caseId)).toBe('cancelled');
  });
});
