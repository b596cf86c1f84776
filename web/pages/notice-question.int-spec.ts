import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { NotificationApiModule } from '../../src/notification/notification.module.js';
import type { RecoveryCase } from '../../src/recovery-case/recovery-case.js';
import { STAGE_KEYS } from '../../test/support/adjudication-stage.js';
import { DeviceStage } from '../../test/support/device-stage.js';
import { MODULE_ORIGIN, ModuleServers, UNCALLED_SANDBOX } from '../../test/support/module-server.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { BrowserStub } from '../../test/model/browser-stub.js';
import { WebModule } from '../web.module.js';
import { newSecret } from '../../src/platform/ids/ids.js';

const OWN_PAGE = { origin: MODULE_ORIGIN, 'sec-fetch-site': 'same-origin', cookie: 'regain_language=en' };
const FORM = { ...OWN_PAGE, 'content-type': 'application/x-www-form-urlencoded' };
const JSON_BODY = { ...OWN_PAGE, 'content-type': 'application/json' };

@Module({ imports: [NotificationApiModule, WebModule] })
class NoticePages {}

let db: TestDatabase;
let stage: DeviceStage;
let servers: ModuleServers;
let app: NestFastifyApplication;
let held: RecoveryCase;
let token: string;
let number: string;

beforeAll(async () => {
  db = await openTestDatabase();
  stage = new DeviceStage(db);
  servers = new ModuleServers({ db, keyRing: STAGE_KEYS, environment: UNCALLED_SANDBOX });
  app = await servers.start(NoticePages);
});
afterAll(async () => {
  await servers?.close();
  await db?.close();
});
beforeEach(async () => {
  const browser = new BrowserStub();
  held = await stage.goodResult(browser, { provider: 'screen', returned: false });
  token = (await stage.questionsTo(held))[0]?.token ?? '';
  number = (await stage.flowOf(held, browser)).confirmation?.number ?? '';
});

const wrong = (): string => (number === '55' ? '56' : '55');
const call = async (method: 'GET' | 'HEAD' | 'POST', path: string, sent: { headers?: object; payload?: string } = {}) =>
  app.inject({ method, url: path, headers: { ...(sent.headers ?? {}) }, payload: sent.payload });
const sendForm = (given: string) =>
  call('POST', `/notices/${token}/confirm`, { headers: FORM, payload: `number=${encodeURIComponent(given)}` });
const sendJson = (body: object, headers: object = JSON_BODY) =>
  call('POST', `/v1/notices/${token}/confirm`, { headers, payload: JSON.stringify(body) });
const wholeCase = () =>
  db.database.read(
    (
      tx,
    ) => tx.one<object>`SELECT row_to_json(c)::text AS row, (SELECT json_agg(d)::text FROM device_confirmations d WHERE d.case_id = c.id) AS asked,
      (SELECT count(*)::int FROM audit_events WHERE chain_id = c.id) AS events FROM recovery_cases c WHERE id = ${held.id}`,
  );
const triesOf = async (): Promise<number> => {
  const row = await db.database.read(
    (tx) => tx.one<{ tries: number }>`SELECT tries FROM device_confirmations WHERE case_id = ${held.id}`,
  );
  return row.tries;
};

describe('the page of a question', () => {
  it('changes nothing when it is only fetched, fifty times and in every way (T20)', async () => {
    const before = await wholeCase();
    for (let round = 0; round < 50; round += 1) {
      for (const path of [`/notices/${token}`, `/notices/${token}/confirm`, `/notices/${token}?number=${number}`]) {
        const fetched = await call(round % 2 === 0 ? 'GET' : 'HEAD', path);
        expect(fetched.statusCode).toBe(200);
      }
      expect((await call('GET', `/v1/notices/${token}/confirm?number=${number}`)).statusCode).toBeGreaterThanOrEqual(
        404,
      );
    }
    expect(await wholeCase()).toEqual(before);
    expect((await sendForm(number)).statusCode).toBe(200);
  });

  it('offers the number and the way out, and warns of whoever tells a number', async () => {
    const { body } = await call('GET', `/notices/${token}`, { headers: { cookie: 'regain_language=en' } });
    expect(body).toContain('Are you getting back into your account right now?');
    expect(body).toContain('Chrome, Windows');
    expect(body).toContain('Nobody may tell you this number');
    expect(body).toContain(`action="/notices/${token}/confirm"`);
    expect(body).toContain(`action="/notices/${token}"`);
    expect(body).not.toMatch(/<input[^>]*value="\d\d"/);
  });

  it('takes the right number', async () => {
    const sent = await sendForm(` ${number} `);
    expect(sent.body).toContain('Go on in your browser');
    expect((await stage.settle(held)).stateReason).toBe('hold_running');
    const { body } = await call('GET', `/notices/${token}`);
    expect(body).not.toContain('/confirm"');
  });

  it('says how many tries are left, and stops after the third wrong number', async () => {
    const [first, second, third] = [await sendForm(wrong()), await sendForm(wrong()), await sendForm(wrong())];
    expect(first.statusCode).toBe(400);
    expect(first.body).toContain('You have 2 tries left');
    expect(second.body).toContain('You have 1 try left');
    expect(third.body).toContain('We have stopped this request');
    const late = await sendForm(number);
    expect([late.statusCode, late.body.includes('That question is over')]).toEqual([409, true]);
    expect(late.body).not.toContain('href="/flow"');
    expect((await stage.settle(held)).state).toBe('denied');
  });

  it.each(['', '7', '123', 'ab', '٤٧'])('does not count %p: it is no number', async (given) => {
    const sent = await sendForm(given);
    expect(sent.statusCode).toBe(400);
    expect(sent.body).toContain('Enter the two digits');
    expect(await triesOf()).toBe(0);
  });

  it('is not answered from another site', async () => {
    for (const headers of [
      { ...FORM, origin: 'https://evil.example' },
      { ...FORM, 'sec-fetch-site': 'cross-site' },
      { 'content-type': FORM['content-type'], cookie: FORM.cookie },
    ]) {
      const sent = await call('POST', `/notices/${token}/confirm`, { headers, payload: `number=${number}` });
      expect(sent.statusCode).toBe(403);
    }
    expect((await stage.settle(held)).stateReason).toBe('waiting_for_confirmation');
  });
});

describe('“this was not me” on the page of a notice', () => {
  const notMe = (sentTo: string) => call('POST', `/notices/${sentTo}`, { headers: FORM, payload: '' });

  it('has a page of its own where the link has ended, which sends nobody to a request', async () => {
    const { statusCode, body } = await call('GET', `/notices/${newSecret()}`, { headers: OWN_PAGE });
    expect([statusCode, body.includes('This link does not work any more')]).toEqual([404, true]);
    expect(body).toContain('the request number in the message');
    expect(body).not.toContain('href="/flow"');
    expect((await notMe(newSecret())).body).toContain('This link does not work any more');
  });

  it('is answered with what came of it and the request number, however often it is pressed', async () => {
    for (let click = 0; click < 2; click += 1) {
      const { statusCode, body } = await notMe(token);
      expect([statusCode, body.includes(held.reference)]).toEqual([200, true]);
      expect(body).toContain('We have stopped it');
    }
    expect(await stage.settle(held)).toMatchObject({ state: 'cancelled', stateReason: 'repudiated' });
  });
});

describe('POST /v1/notices/{noticeToken}/confirm', () => {
  it('takes the right number, and again from a doubled click', async () => {
    for (let click = 0; click < 2; click += 1) {
      const sent = await sendJson({ number });
      expect([sent.statusCode, sent.json()]).toEqual([200, { status: 'confirmed' }]);
    }
  });

  it('refuses a wrong number by its member, and the third by the case', async () => {
    const codes = [];
    for (let tries = 0; tries < 3; tries += 1) codes.push((await sendJson({ number: wrong() })).json().code as string);
    expect(codes).toEqual(['invalid_request', 'invalid_request', 'wrong_state']);
    expect((await sendJson({ number })).json()).toMatchObject({ code: 'wrong_state' });
  });

  it('does not know a token that is not a question’s', async () => {
    const sent = await call('POST', `/v1/notices/${newSecret()}/confirm`, {
      headers: JSON_BODY,
      payload: JSON.stringify({ number }),
    });
    expect([sent.statusCode, sent.json().code]).toEqual([404, 'not_found']);
  });

  it.each([{}, { number: 47 }, { number: '4' }, { number: '47', verdict: 'approve' }])(
    'refuses %j unseen',
    async (body) => {
      expect((await sendJson(body)).statusCode).toBe(400);
      expect(await triesOf()).toBe(0);
    },
  );

  it('is not called from another site', async () => {
    const sent = await sendJson({ number }, { ...JSON_BODY, origin: 'https://evil.example' });
    expect(sent.json()).toMatchObject({ code: 'origin_not_allowed' });
  });
});
