import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { RunningSimulator } from '../../providers/kit/simulator/index.js';
import { simulator } from '../../providers/oidc-ida/simulator/index.js';
import { CAPTURE_COOKIE, FLOW_COOKIE } from '../../src/flow-session/cookies.js';
import { FlowSessions } from '../../src/flow-session/flow-sessions.js';
import { KeyRing } from '../../src/platform/crypto/key-ring.js';
import { VerificationStart } from '../../src/verification/routing/verification-start.js';
import { STAGE_KEYS } from '../../test/support/adjudication-stage.js';
import { ModuleServers } from '../../test/support/module-server.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { createVerificationWorld } from '../../test/support/verification/verification-world.js';
import { newBrowser, openCase } from '../../test/support/verification/world-cases.js';
import { WebModule } from '../web.module.js';

const LIFE_SECONDS = 60;
const CLICK = { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };

let db: TestDatabase;
let vendor: RunningSimulator;
let aheadSeconds = 0;
let servers: ModuleServers;
let app: NestFastifyApplication;
let flow: { caseId: string; flowCookie: string; cookies: string; reference: string };

beforeAll(async () => {
  db = await openTestDatabase({ ring: new KeyRing(STAGE_KEYS) });
  const credentials = simulator.credentials();
  const now = () => new Date(Date.now() + aheadSeconds * 1_000);
  vendor = await simulator.start({ credentials, now, handoffTtlSeconds: LIFE_SECONDS });
  servers = new ModuleServers({
    db,
    keyRing: STAGE_KEYS,
    environment: {
      PROVIDERS: 'oidc-ida',
      OUTBOUND_ALLOWED_ORIGINS: vendor.baseUrl,
      ...simulator.environment(vendor.baseUrl, credentials),
    },
  });
  app = await servers.start(WebModule);
});
afterAll(async () => {
  await servers?.close();
  await vendor?.close();
  await db?.close();
});
beforeEach(async () => {
  aheadSeconds = 0;
  vendor.setDefaultScenario(undefined);
  flow = await sentOut();
});

/** A person in a browser, on the page that sends them to the vendor. */
async function sentOut(): Promise<typeof flow> {
  const ring = new KeyRing(STAGE_KEYS);
  const world = createVerificationWorld({ database: db.database, providers: [], ring });
  const { id: caseId } = await openCase(world, { providers: ['oidc-ida'], consented: false });
  const { secret } = await db.database.transaction((tx) =>
    app.get(FlowSessions, { strict: false }).open(tx, { caseId, language: 'en' }),
  );
  await db.database.transaction(
    (tx) => tx.run`INSERT INTO consents (case_id, notice_version, language, notice_sha256, agreed)
      VALUES (${caseId}, '1', 'en', '\\x00', true)`,
  );
  const browser = newBrowser();
  const started = await app.get(VerificationStart, { strict: false }).start({ caseId, ...browser });
  const flowCookie = `regain_language=en; ${FLOW_COOKIE}=${secret}`;
  const cookies = `${flowCookie}; ${CAPTURE_COOKIE}=${browser.request.cookies[CAPTURE_COOKIE]}`;
  return { caseId, flowCookie, cookies, reference: started.session.id };
}

async function visit(headers: Record<string, string> = {}, url = '/flow/partner', method: 'GET' | 'HEAD' = 'GET') {
  const answer = await app.inject({ method, url, headers: { cookie: flow.cookies, ...CLICK, ...headers } });
  return { status: answer.statusCode, location: answer.headers.location, headers: answer.headers, body: answer.body };
}
const atVendor = async (location: string | undefined) => (await fetch(location ?? '')).status;
const living = () =>
  db.database.read(
    (tx) =>
      tx.many<object>`SELECT id, external_id, handoff_sealed, state FROM verification_sessions WHERE case_id = ${flow.caseId}`,
  );

describe('the way to the partner', () => {
  it('leads to an address that opens the vendor’s page, kept by nobody and told to nobody', async () => {
    const { status, location, headers } = await visit();
    expect(status).toBe(303);
    expect(location).toMatch(new RegExp(`^${vendor.baseUrl}/oauth2/authorize\\?request_uri=`));
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
    expect(headers['content-security-policy']).toContain("form-action 'self'");
    expect(await atVendor(location)).toBe(200);
  });

  it('leads there again for whoever comes back and clicks once more, and for two clicks at once', async () => {
    for (let no = 0; no < 3; no += 1) expect(await atVendor((await visit()).location)).toBe(200);
    const clicks = await Promise.all([visit(), visit()]);
    expect(await Promise.all(clicks.map(({ location }) => atVendor(location)))).toEqual([200, 200]);
    expect(await living()).toHaveLength(1);
  });

  it('leads to a fresh address when the last one has ended at the vendor', async () => {
    const { location: last } = await visit();
    aheadSeconds = LIFE_SECONDS + 1;
    expect(await atVendor(last)).toBe(400);
    expect(await atVendor((await visit()).location)).toBe(200);
  });

  it('is linked by the page, which holds no address of the vendor (T46)', async () => {
    const { body } = await visit({}, '/flow');
    expect(body).toContain('href="/flow/partner"');
    expect(body).not.toContain('request_uri');
    expect(body).not.toContain(vendor.baseUrl);
  });
});

describe('T8 an open redirect', () => {
  it.each([
    '?to=https://evil.example',
    '?url=//evil.example',
    '?returnUrl=https://evil.example',
    '?provider=evil',
    '?//evil.example',
  ])('is not made by %s', async (query) => {
    const { status, location = '' } = await visit({}, `/flow/partner${query}`);
    expect([status, new URL(location).origin]).toEqual([303, vendor.baseUrl]);
    expect(location).not.toContain('evil');
  });

  it.each(['/flow/partner//evil.example', '/flow/partner/https://evil.example', '//evil.example/flow/partner'])(
    'is not made by %s',
    async (path) => {
      const { status, location } = await visit({}, path);
      expect([status, location]).toEqual([404, undefined]);
    },
  );

  it.each(['host', 'x-forwarded-host', 'origin', 'referer'])('is not made by the header %s', async (name) => {
    const { location = '' } = await visit({ [name]: 'https://evil.example' });
    expect(new URL(location).origin).toBe(vendor.baseUrl);
  });
});

describe('T22 a click that was not made on our page', () => {
  it.each(['cross-site', 'same-site'])('but on a page that is %s leads no further than to our own', async (site) => {
    const before = await living();
    expect(await visit({ 'sec-fetch-site': site })).toMatchObject({ status: 303, location: '/flow' });
    expect(await living()).toEqual(before);
  });

  it('but before anybody clicked uses no address up', async () => {
    const before = await living();
    const ahead: Record<string, string>[] = [
      { 'sec-purpose': 'prefetch' },
      { 'sec-purpose': 'prefetch;prerender' },
      { purpose: 'prefetch' },
      { 'x-moz': 'prefetch' },
    ];
    for (const headers of ahead) {
      const { status, location, headers: sent } = await visit(headers);
      expect([status, location, sent['cache-control']]).toEqual([503, undefined, 'no-store']);
    }
    expect((await visit({}, '/flow/partner', 'HEAD')).location).toBeUndefined();
    expect(await living()).toEqual(before);
  });

  it('may be one on a typed address, or in a browser that says nothing', async () => {
    expect(await atVendor((await visit({ 'sec-fetch-site': 'none' })).location)).toBe(200);
    const answer = await app.inject({ method: 'GET', url: '/flow/partner', headers: { cookie: flow.cookies } });
    expect(await atVendor(answer.headers.location)).toBe(200);
  });
});

describe('T46 somebody else', () => {
  it('without the flow is told that it is over', async () => {
    const { status, location, body } = await visit({ cookie: 'regain_language=en' });
    expect([status, location]).toEqual([401, undefined]);
    expect(body).not.toContain(vendor.baseUrl);
  });

  it('with the flow in another browser than the one that was sent out stays here', async () => {
    const before = await living();
    expect(await visit({ cookie: flow.flowCookie })).toMatchObject({ status: 303, location: '/flow' });
    const other = (await sentOut()).cookies.replace(/.*(?=__Host-regain_capture)/, '');
    expect(await visit({ cookie: `${flow.flowCookie}; ${other}` })).toMatchObject({ status: 303, location: '/flow' });
    expect(await living()).toEqual(before);
  });
});

describe('nobody to be sent out', () => {
  it.each<[string, () => Promise<number>]>([
    ['the case is closed', () => change('case')],
    ['the session is over', () => change('session')],
    ['the code was brought', () => change('code')],
  ])('because %s: our own page', async (_what, happen) => {
    expect(await happen()).toBe(1);
    expect(await visit()).toMatchObject({ status: 303, location: '/flow' });
  });

  const change = (what: 'case' | 'session' | 'code') =>
    db.database.transaction((tx) => {
      if (what === 'case')
        return tx.run`UPDATE recovery_cases SET state = 'cancelled', closed_at = clock_timestamp() WHERE id = ${flow.caseId}`;
      return what === 'session'
        ? tx.run`UPDATE verification_sessions SET state = 'abandoned' WHERE case_id = ${flow.caseId}`
        : tx.run`UPDATE verification_sessions SET returned_at = clock_timestamp() WHERE case_id = ${flow.caseId}`;
    });
});

describe('a vendor that cannot be asked', () => {
  it('is told in plain words with a way on, and the session goes on', async () => {
    await visit();
    await vendor.setScenario(flow.reference, { scenario: 'outage' });
    const { status, headers, body } = await visit();
    expect(status).toBe(503);
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    expect(body).toContain('We cannot go on at this moment');
    expect(body).toContain('href="/flow"');
    expect(body).not.toContain(vendor.baseUrl);
    expect(await living()).toMatchObject([{ state: 'open' }]);
    await vendor.setScenario(flow.reference, undefined);
    expect(await atVendor((await visit()).location)).toBe(200);
  });
});
