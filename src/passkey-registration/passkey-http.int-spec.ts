import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { httpRegistrationClient } from '../../test/campaign/http-registration-client.js';
import { runTokenRace } from '../../test/campaign/token-race.js';
import { auditOf, factsOf, seedApprovedCase, type ApprovedCase } from '../../test/support/approved-case.js';
import { MODULE_ORIGIN, ModuleServers } from '../../test/support/module-server.js';
import { SoftwareAuthenticator } from '../../test/support/software-authenticator.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { PasskeyRegistrationModule } from './passkey-registration.module.js';
import { newSecret } from '../platform/ids/ids.js';

const BROWSER = { origin: MODULE_ORIGIN, 'sec-fetch-site': 'same-origin' };
const keyRingFile = KeyRing.generate();
const ring = new KeyRing(keyRingFile);
let db: TestDatabase;
let servers: ModuleServers;
/** Two servers on the same database, as two API processes are. */
let app: NestFastifyApplication;
let second: NestFastifyApplication;

beforeAll(async () => {
  db = await openTestDatabase();
  servers = new ModuleServers({ db, keyRing: keyRingFile, environment: { RATE_LIMIT_SCALE: '0.1' } });
  app = await startServer();
  second = await startServer();
});

async function startServer(): Promise<NestFastifyApplication> {
  const server = await servers.start(PasskeyRegistrationModule);
  await server.listen(0, '127.0.0.1');
  return server;
}

afterAll(async () => {
  await servers?.close();
  await db?.close();
});

interface Call {
  body?: unknown;
  cookies?: Record<string, string>;
  headers?: Record<string, string>;
  /** Network address; a limit counts per address. */
  from?: string;
}

async function call(
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  { body, cookies, headers = BROWSER, from = '192.0.2.20' }: Call = {},
) {
  const response = await app.inject({
    method,
    url: `/v1/${path}`,
    remoteAddress: from,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    cookies,
    payload: body === undefined ? undefined : JSON.stringify(body),
  });
  return {
    status: response.statusCode,
    headers: response.headers,
    cookies: response.cookies,
    json: (response.body === '' ? undefined : response.json()) as never,
  };
}

const capture = (holder: ApprovedCase) => ({ '__Host-regain_capture': holder.captureSecret });
const seed = () => seedApprovedCase(db.database, ring);

async function credentialFor(
  holder: ApprovedCase,
  authenticator = new SoftwareAuthenticator({ origin: MODULE_ORIGIN }),
) {
  const options = await call('POST', 'passkey-registrations/options', {
    body: { token: holder.token },
    cookies: capture(holder),
  });
  expect(options.status).toBe(200);
  return authenticator.create(options.json);
}

describe('over HTTP', () => {
  it('a token becomes a passkey, the passkey a session, and the session ends', async () => {
    const holder = await seed();
    const authenticator = new SoftwareAuthenticator({ origin: MODULE_ORIGIN });
    const body = { token: holder.token, credential: await credentialFor(holder, authenticator), name: 'Phone' };
    const created = await call('POST', 'passkey-registrations', {
      body,
      cookies: capture(holder),
      headers: { ...BROWSER, 'idempotency-key': 'k-1' },
    });
    expect(created).toMatchObject({ status: 201, json: { name: 'Phone', credentialId: body.credential.id } });
    expect(created.headers['idempotency-replayed']).toBeUndefined();
    const again = await call('POST', 'passkey-registrations', { body, cookies: capture(holder) });
    expect(again).toMatchObject({ status: 201, json: created.json, headers: { 'idempotency-replayed': 'true' } });

    const options = await call('POST', 'passkey-assertions/options', { body: {} });
    const signedIn = await call('POST', 'passkey-assertions', {
      body: { credential: authenticator.get(options.json) },
    });
    expect(signedIn).toMatchObject({ status: 200, json: { subject: { id: holder.subjectId } } });
    const [cookie] = signedIn.cookies;
    expect(cookie).toMatchObject({
      name: '__Host-regain_session',
      httpOnly: true,
      secure: true,
      sameSite: 'Lax',
      path: '/',
      maxAge: 28_800,
    });
    const cookies = { '__Host-regain_session': cookie?.value ?? '' };
    expect(await call('GET', 'session', { cookies })).toMatchObject({ status: 200, json: signedIn.json });
    expect(await call('DELETE', 'session', { cookies })).toMatchObject({ status: 204, json: undefined });
    expect(await call('GET', 'session', { cookies })).toMatchObject({ status: 401, json: { code: 'unauthenticated' } });
  });

  it.each<[string, Record<string, string>]>([
    ['another origin', { origin: 'https://evil.example' }],
    ['our origin but another site, says the browser', { ...BROWSER, 'sec-fetch-site': 'cross-site' }],
    ['no word of where it came from, with cookies', {}],
  ])('a write from %s is refused before anything is looked at', async (_name, headers) => {
    const holder = await seed();
    const body = { token: holder.token };
    expect(
      await call('POST', 'passkey-registrations/options', { body, headers, cookies: capture(holder) }),
    ).toMatchObject({ status: 403, json: { code: 'origin_not_allowed' } });
    expect(await call('POST', 'passkey-assertions', { body: {}, headers, cookies: capture(holder) })).toMatchObject({
      status: 403,
    });
    expect(await call('DELETE', 'session', { headers, cookies: capture(holder) })).toMatchObject({ status: 403 });
  });

  it('a token is a text of its own length and nothing else (T26); nothing is looked up by anything else', async () => {
    const holder = await seed();
    const credential = await credentialFor(holder);
    const wild = [
      undefined,
      null,
      [],
      {},
      { $ne: 1 },
      true,
      1,
      [holder.token],
      '',
      'x'.repeat(201),
      'x'.repeat(100_000),
    ];
    for (const [index, token] of wild.entries()) {
      const from = `198.51.100.${index}`;
      expect(
        await call('POST', 'passkey-registrations', { body: { token, credential }, cookies: capture(holder), from }),
      ).toMatchObject({ status: 400, json: { code: 'invalid_request' } });
      expect(
        await call('POST', 'passkey-registrations/options', { body: { token }, cookies: capture(holder), from }),
      ).toMatchObject({ status: 400 });
    }
    for (const broken of [
      undefined,
      null,
      'x',
      [],
      {},
      { ...credential, id: 7 },
      { ...credential, id: '' },
      { ...credential, id: 'a+b' },
      { ...credential, type: 'password' },
      { ...credential, response: {} },
    ]) {
      expect(
        await call('POST', 'passkey-registrations', {
          body: { token: holder.token, credential: broken },
          cookies: capture(holder),
        }),
      ).toMatchObject({ status: 400 });
      expect(await call('POST', 'passkey-assertions', { body: { credential: broken } })).toMatchObject({ status: 400 });
    }
    const foreign = { token: holder.token, credential, subjectId: 'sub_other' };
    expect(await call('POST', 'passkey-registrations', { body: foreign, cookies: capture(holder) })).toMatchObject({
      status: 400,
      json: { code: 'invalid_request' },
    });
    expect(await auditOf(db.database, holder.caseId)).toEqual([]);
  });

  it('two servers give one passkey for one token, however many finish at once', async () => {
    const report = await runTokenRace({
      tokens: 3,
      finishers: 12,
      origin: MODULE_ORIGIN,
      client: httpRegistrationClient([await app.getUrl(), await second.getUrl()], MODULE_ORIGIN),
      seed,
      facts: (caseId) => factsOf(db.database, caseId),
    });
    expect(report.faults).toEqual([]);
    expect(report.clean).toBe(3);
  });

  it('an idempotency key is visible ASCII', async () => {
    const holder = await seed();
    const body = { token: holder.token, credential: await credentialFor(holder) };
    for (const key of ['', 'a b', 'x'.repeat(256)]) {
      const answer = await call('POST', 'passkey-registrations', {
        body,
        cookies: capture(holder),
        headers: { ...BROWSER, 'idempotency-key': key },
      });
      expect(answer).toMatchObject({ status: 400, json: { code: 'invalid_request' } });
    }
  });

  it('guesses at tokens run into a limit, per address', async () => {
    const guess = (from: string) =>
      call('POST', 'passkey-registrations/options', { body: { token: newSecret() }, from });
    const answers = [];
    for (let round = 0; round < 8; round += 1) answers.push(await guess('203.0.113.1'));
    expect(answers.map(({ status }) => status)).toEqual([410, 410, 410, 410, 410, 410, 429, 429]);
    expect(Number(answers.at(-1)?.headers['retry-after'])).toBeGreaterThan(0);
    expect(await guess('203.0.113.2')).toMatchObject({ status: 410, json: { code: 'token_not_redeemable' } });
  });
});
