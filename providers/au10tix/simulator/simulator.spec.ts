import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RunningSimulator, Scenario } from '../../kit/simulator/index.js';
import type { Au10tixCredentials } from './au10tix-credentials.js';
import { simulator } from './index.js';

const NOW = new Date('2026-11-22T10:00:00Z');
const REQUEST = {
  workflowOptions: {},
  serviceOptions: {
    secureme: { shortUrl: true, requestTypes: { idFront: ['camera', 'file'], faceCompare: ['camera'] } },
  },
};
const credentials: Au10tixCredentials = simulator.credentials();
const key = createPrivateKey({ key: Buffer.from(credentials.privateKey, 'base64'), format: 'der', type: 'pkcs8' });

let partner: RunningSimulator;
let now = NOW;

async function start(scenario?: Scenario, given = credentials): Promise<void> {
  await partner?.close();
  now = NOW;
  const identityFor = async () => ({ givenName: 'Ana', familyName: '<b>Specimen</b>' });
  partner = await simulator.start({ credentials: given, now: () => now, identityFor, controlKey: 'control' });
  partner.setDefaultScenario(scenario);
}
beforeEach(() => start());
afterEach(() => partner.close());

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

function assertion(changes: { header?: object; claims?: object; key?: KeyObject; digest?: string } = {}): string {
  const header = { alg: 'RS256', kid: credentials.keyId, ...changes.header };
  const { clientId, audience } = credentials;
  const claims = { iss: clientId, sub: clientId, aud: audience, exp: NOW.getTime() / 1000 + 3500, ...changes.claims };
  const input = `${encode(header)}.${encode(claims)}`;
  const signature = sign(changes.digest ?? 'RSA-SHA256', Buffer.from(input), changes.key ?? key);
  return `${input}.${signature.toString('base64url')}`;
}

async function askForToken(form: Record<string, string>): Promise<{ status: number; token: string }> {
  const response = await fetch(`${partner.baseUrl}/oauth2/v1/token`, {
    method: 'POST',
    body: new URLSearchParams(form),
  });
  const { access_token: token = '' } = (await response.json()) as { access_token?: string };
  return { status: response.status, token };
}

async function call(method: string, path: string, options: { body?: unknown; scope?: string; token?: string } = {}) {
  const scope = options.scope ?? 'workflow:api';
  const token = options.token ?? (await askForToken({ client_assertion: assertion(), scope })).token;
  const response = await fetch(partner.baseUrl + path, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: options.body === undefined ? undefined : JSON.stringify(options.body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const create = (body: unknown = REQUEST) => call('POST', '/workflow/v1/workflows/person/Au10tix201', { body });
const createdId = async () => (await create()).body.id as string;
const result = (id: string) => call('GET', `/result/v2/results/person/${id}?includeDetailed=true`);

describe('the token endpoint', () => {
  it('takes an assertion as the sample makes it, and names this host as it was called', async () => {
    const { status, token } = await askForToken({ client_assertion: assertion(), scope: 'workflow:api' });
    expect(status).toBe(200);
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as object;
    expect(claims).toMatchObject({ apiUrl: partner.baseUrl, scp: ['workflow:api'] });
  });

  it('checks like OpenSSL: the vector of the fixture passes, with one byte changed it does not', async () => {
    const file = new URL('../fixtures/client-assertion.json', import.meta.url);
    const vector = JSON.parse(readFileSync(file, 'utf8')) as Record<'privateKey' | 'publicKey' | 'assertion', string>;
    const [header = '', claims = '', signature = ''] = vector.assertion.split('.');
    const publicKey = createPublicKey({ key: Buffer.from(vector.publicKey, 'base64'), format: 'der', type: 'spki' });
    const bytes = Buffer.from(signature, 'base64url');
    expect(verify('RSA-SHA256', Buffer.from(`${header}.${claims}`), publicKey, bytes)).toBe(true);
    await start(undefined, {
      ...credentials,
      privateKey: vector.privateKey,
      clientId: 'client-of-the-fixture',
      keyId: 'key-of-the-fixture',
      audience: 'https://login.au10tix.com/oauth2/aus3mlts5sbe9WD8V357/v1/token',
    });
    expect((await askForToken({ client_assertion: vector.assertion, scope: 'bos' })).status).toBe(200);
    bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0);
    const changed = `${header}.${claims}.${bytes.toString('base64url')}`;
    expect((await askForToken({ client_assertion: changed, scope: 'bos' })).status).toBe(401);
  });

  const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  it.each([
    ['of another key', { key: stranger }],
    ['with another digest', { digest: 'RSA-SHA512' }],
    ['with another algorithm in its header', { header: { alg: 'none' } }],
    ['with an unknown key id', { header: { kid: 'other' } }],
    ['without key id', { header: { kid: undefined } }],
    ['of another issuer', { claims: { iss: 'other' } }],
    ['about another client', { claims: { sub: 'other' } }],
    ['for somebody else', { claims: { aud: 'https://login.example/token' } }],
    ['that has ended', { claims: { exp: NOW.getTime() / 1000 } }],
    ['that lives too long', { claims: { exp: NOW.getTime() / 1000 + 3501 } }],
    ['that never ends', { claims: { exp: undefined } }],
  ])('refuses an assertion %s', async (_title, changes) => {
    expect((await askForToken({ client_assertion: assertion(changes), scope: 'workflow:api' })).status).toBe(401);
  });

  it.each([
    [{ client_assertion: 'x.y.z', scope: 'workflow:api' }, 401],
    [{ scope: 'workflow:api' }, 401],
    [{ client_assertion: assertion() }, 400],
    [{ client_assertion: assertion(), scope: 'everything' }, 400],
    [{ client_assertion: assertion(), scope: 'bos', client_secret: 'x' }, 400],
    [{ client_assertion: assertion(), scope: 'bos', grant_type: 'password' }, 400],
  ])('answers %# as documented', async (form, status) => {
    expect((await askForToken(form as unknown as Record<string, string>)).status).toBe(status);
  });
});

describe('the APIs', () => {
  it.each([
    ['POST', '/workflow/v1/workflows/person/Au10tix201', 'bos'],
    ['GET', '/result/v2/results/person/x?includeDetailed=true', 'bos'],
    ['GET', '/cm/v2/documentprocessingrequests/x', 'workflow:api'],
    ['GET', '/Au10tixBos4/IdentityDocuments/Results/x', 'workflow:api'],
  ])('%s %s needs a token, of its own scope', async (method, path, scope) => {
    expect((await call(method, path, { token: 'a.b.c' })).status).toBe(401);
    expect((await call(method, path, { scope })).status).toBe(403);
  });

  it('ends a token after its hour', async () => {
    const { token } = await askForToken({ client_assertion: assertion(), scope: 'workflow:api' });
    now = new Date(NOW.getTime() + 3_600_000);
    expect((await call('GET', '/result/v2/results/person/x?includeDetailed=true', { token })).status).toBe(401);
  });

  it.each([
    {},
    { ...REQUEST, callbackUrl: 'https://x.example' },
    { ...REQUEST, workflowOptions: { other: 1 } },
    { ...REQUEST, serviceOptions: {} },
    { ...REQUEST, serviceOptions: { secureme: { shortUrl: 'yes', requestTypes: { idFront: ['camera'] } } } },
    { ...REQUEST, serviceOptions: { secureme: { shortUrl: true, requestTypes: {} } } },
    { ...REQUEST, serviceOptions: { secureme: { shortUrl: true, requestTypes: { selfie: ['camera'] } } } },
    { ...REQUEST, serviceOptions: { secureme: { shortUrl: true, requestTypes: { idFront: 'camera' } } } },
    { ...REQUEST, serviceOptions: { secureme: { shortUrl: true, requestTypes: { idFront: ['scanner'] } } } },
  ])('refuse the request %j', async (body) => {
    expect((await create(body)).status).toBe(400);
  });

  it('know one workflow', async () => {
    expect((await call('POST', '/workflow/v1/workflows/person/Other', { body: REQUEST })).status).toBe(404);
  });

  it('have no result until somebody decided, and none for a session that is not theirs', async () => {
    const id = await createdId();
    expect([(await result(id)).status, (await result('x')).status]).toEqual([404, 404]);
    await partner.decide(id, { scenario: 'pass' });
    expect((await result(id)).status).toBe(200);
    expect((await call('GET', `/result/v2/results/person/${id}`)).status).toBe(400);
  });

  it('tell one report in three shapes', async () => {
    const id = await createdId();
    await partner.decide(id, { scenario: 'pass' });
    const { verificationResults } = (await result(id)).body as never as {
      verificationResults: { idv: { payload: { ProcessingReport: object } } };
    };
    const report = verificationResults.idv.payload.ProcessingReport;
    expect(report).toMatchObject({ DocumentStatusReport2: { PrimaryProcessingResult: 0 } });
    const secureme = await call('GET', `/cm/v2/documentprocessingrequests/${id}`, { scope: 'secure.me:request' });
    expect(secureme.body).toEqual({ resultData: report });
    const bos = await call('GET', `/Au10tixBos4/IdentityDocuments/Results/${id}`, { scope: 'bos' });
    expect(bos.body).toEqual(report);
  });

  it.each(['cancelled', 'expired'] as const)('never have a result of a session that %s', async (scenario) => {
    const id = await createdId();
    await partner.decide(id, { scenario });
    expect((await result(id)).status).toBe(404);
  });

  it('are out while a scenario says so', async () => {
    await start({ scenario: 'outage' });
    expect((await create()).status).toBe(503);
  });
});

describe('the person’s page', () => {
  const pageOf = async () => {
    const { body } = await create();
    const link = (body.response as { securemeLink: string }).securemeLink;
    expect(link.startsWith(`${partner.publicUrl}/`)).toBe(true);
    return { id: body.id as string, page: partner.baseUrl + new URL(link).pathname };
  };
  const press = (page: string, decision: string) =>
    fetch(page, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ decision }) });

  it('says that it is a simulator, has no script and writes names as text', async () => {
    const { page } = await pageOf();
    const html = await (await fetch(page)).text();
    expect(html).toContain('This is a simulator.');
    expect(html).toContain('name="decision" value="fail:injection_attack"');
    expect(html).not.toMatch(/<script|<b>/);
  });

  it('settles once, by the button, and stays where it is', async () => {
    const { id, page } = await pageOf();
    const pressed = await press(page, 'fail:face_match');
    expect([pressed.status, pressed.headers.get('location')]).toEqual([303, new URL(page).pathname]);
    const before = (await result(id)).body;
    await press(page, 'pass');
    expect((await result(id)).body).toEqual(before);
    expect(await (await fetch(page)).text()).toContain('This verification has ended');
  });

  it.each(['', 'approve', 'fail:shoe_size'])('refuses the decision %j', async (decision) => {
    expect((await press((await pageOf()).page, decision)).status).toBe(400);
  });

  it('knows nobody under another address', async () => {
    const response = await fetch(`${partner.baseUrl}/s/00000000-0000-0000-0000-000000000000`);
    expect(response.status).toBe(404);
  });
});
