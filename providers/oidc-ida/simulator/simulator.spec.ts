import { createHash, createPublicKey, verify, type JsonWebKey } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RunningSimulator, SimulatorOptions } from '../../kit/simulator/index.js';
import { simulator, type OidcIdaCredentials } from './index.js';

const CREDENTIALS = { clientId: 'client-1', clientSecret: 'secret-1', issuer: 'https://idv-vendor.example' };
const VERIFIER = 'v'.repeat(43);
const REFERENCE = 'vs_1';
const REDIRECT = 'http://localhost:3000/return';
const CLAIMS = { given_name: { value: 'Ada', fuzzy: true }, family_name: { fuzzy: 'Byron' }, birthdate: '1990-12-10' };
const VERIFICATION = {
  trust_framework: { value: 'IDV-DELEGATED', essential: true },
  assurance_level: { value: 'VERIFIED', essential: true },
};

let vendor: RunningSimulator;

async function start(options: Partial<SimulatorOptions<OidcIdaCredentials>> = {}): Promise<void> {
  await vendor?.close();
  vendor = await simulator.start({ credentials: CREDENTIALS, controlKey: 'control-key', ...options });
}

beforeEach(() => start());
afterEach(() => vendor.close());

const claimsWith = (claims: unknown, verification: unknown = VERIFICATION) =>
  JSON.stringify({ id_token: { verified_claims: [{ verification, claims }] } });

const PUSHED = {
  response_type: 'code',
  client_id: CREDENTIALS.clientId,
  client_secret: CREDENTIALS.clientSecret,
  code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
  code_challenge_method: 'S256',
  scope: 'openid profile identity_assurance',
  nonce: 'nonce-1',
  state: 'state-1',
  login_hint: REFERENCE,
  redirect_uri: REDIRECT,
  claims: claimsWith(CLAIMS),
};

async function post(path: string, form: Record<string, string | undefined>) {
  const given = Object.entries(form).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const response = await fetch(vendor.baseUrl + path, { method: 'POST', body: new URLSearchParams(given) });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
const push = (changes: Record<string, string | undefined> = {}) => post('/oauth2/par', { ...PUSHED, ...changes });

/** Where the browser is sent. */
async function addressOf(): Promise<string> {
  const { body } = await push();
  const query = new URLSearchParams({ client_id: CREDENTIALS.clientId, request_uri: String(body.request_uri) });
  return `${vendor.baseUrl}/oauth2/authorize?${query.toString()}`;
}

/** Where it arrives. */
const pageOf = async (): Promise<string> => (await fetch(await addressOf())).url;

const exchange = (code: string, changes: Record<string, string | undefined> = {}) =>
  post('/oauth2/token', {
    grant_type: 'authorization_code',
    client_id: CREDENTIALS.clientId,
    client_secret: CREDENTIALS.clientSecret,
    code,
    code_verifier: VERIFIER,
    redirect_uri: REDIRECT,
    ...changes,
  });

const press = (page: string, decision: string, fields: Record<string, string> = {}) =>
  fetch(page, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ decision, ...fields }) });

async function tokenAfter(decision: string, fields: Record<string, string> = {}) {
  const response = await press(await pageOf(), decision, fields);
  const back = new URL(response.headers.get('location') ?? '');
  const { body } = await exchange(back.searchParams.get('code') ?? '');
  const [header = '', payload = '', signature = ''] = String(body.id_token).split('.');
  const jwks = (await (await fetch(`${vendor.baseUrl}/.well-known/jwks`)).json()) as { keys: JsonWebKey[] };
  const [key = {}] = jwks.keys;
  const signed = verify(
    'sha256',
    Buffer.from(`${header}.${payload}`),
    createPublicKey({ key, format: 'jwk' }),
    Buffer.from(signature, 'base64url'),
  );
  return { signed, claims: JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown> };
}

describe('pushed authorization requests', () => {
  it('give a request_uri that lives for a minute', async () => {
    const { status, body } = await push();
    expect(status).toBe(201);
    expect(body).toEqual({ request_uri: expect.stringMatching(/^urn:ietf:params:oauth:request_uri:/), expires_in: 60 });
  });

  it.each([
    ['client_secret', 'other'],
    ['client_secret', undefined],
    ['client_id', 'client-2'],
  ])('need the client: %s=%j', async (name, value) => {
    expect(await push({ [name]: value })).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  });

  it.each([
    ['response_type', 'code id_token'],
    ['code_challenge', undefined],
    ['code_challenge', 'short'],
    ['code_challenge_method', 'plain'],
    ['scope', 'openid profile'],
    ['nonce', undefined],
    ['state', ''],
    ['login_hint', undefined],
    ['redirect_uri', 'javascript:alert(1)'],
    ['redirect_uri', `${REDIRECT}?state=state-1`],
    ['request_uri', 'urn:ietf:params:oauth:request_uri:x'],
    ['claims', undefined],
    ['claims', '{'],
    ['claims', '[]'],
    ['claims', '{"id_token":{}}'],
    ['claims', claimsWith(CLAIMS, {})],
    ['claims', claimsWith({ given_name: 'Ada' })],
    ['claims', claimsWith({ ...CLAIMS, shoe_size: '42' })],
    ['claims', claimsWith({ ...CLAIMS, given_name: { value: 'Ada', fuzzy: false } })],
  ])('are refused with %s=%j', async (name, value) => {
    expect((await push({ [name]: value })).status).toBe(400);
  });

  it('take the claims parameter only as a form field', async () => {
    const response = await fetch(`${vendor.baseUrl}/oauth2/par`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(PUSHED),
    });
    expect(response.status).toBe(400);
  });
});

describe('the person’s page', () => {
  it('runs no script, and a look changes nothing', async () => {
    const page = await pageOf();
    for (let look = 0; look < 3; look += 1) {
      const html = await (await fetch(page)).text();
      expect(html).toContain('This is a simulator.');
      expect(html).not.toContain('<script');
      expect(html.match(/name="decision"/g)).toHaveLength(7);
    }
  });

  it('opens for its own client and within its minute only, and stays open then', async () => {
    let now = new Date('2026-11-22T10:00:00Z');
    await start({ now: () => now });
    const [used, unused] = [await addressOf(), await addressOf()];
    const { status, url: page } = await fetch(used);
    expect(status).toBe(200);
    expect((await fetch(unused.replace('client-1', 'client-2'))).status).toBe(400);
    now = new Date('2026-11-22T10:01:00Z');
    expect((await fetch(unused)).status).toBe(400);
    expect((await fetch(page)).status).toBe(200);
    expect((await press(page, 'pass')).status).toBe(302);
  });

  it('is opened by one use of its request_uri, and by nothing but its own address after that', async () => {
    const address = await addressOf();
    const { url: page } = await fetch(address);
    const again = await fetch(address, { redirect: 'manual' });
    expect([again.status, again.headers.get('location')]).toEqual([400, null]);
    expect((await press(address, 'pass')).status).toBe(404);
    expect((await fetch(`${page}x`)).status).toBe(404);
    expect((await fetch(page)).status).toBe(200);
  });

  it('has addresses of the life that is asked for', async () => {
    let now = new Date('2026-11-22T10:00:00Z');
    await start({ now: () => now, handoffTtlSeconds: 5 });
    expect((await push()).body.expires_in).toBe(5);
    const address = await addressOf();
    now = new Date('2026-11-22T10:00:05Z');
    expect((await fetch(address)).status).toBe(400);
  });

  it.each([
    ['pass', ['code', 'state', 'iss']],
    ['fail:face_match', ['code', 'state', 'iss']],
    ['review', ['code', 'state', 'iss']],
    ['cancelled', ['error', 'error_description', 'state', 'iss']],
  ])('%s leads back with %j', async (decision, names) => {
    const response = await press(await pageOf(), decision);
    expect(response.status).toBe(302);
    const back = new URL(response.headers.get('location') ?? '');
    expect(back.origin + back.pathname).toBe(REDIRECT);
    expect([...back.searchParams.keys()]).toEqual(names);
    expect(back.searchParams.get('state')).toBe('state-1');
  });

  it('settles once', async () => {
    const page = await pageOf();
    await press(page, 'cancelled');
    expect((await press(page, 'pass')).headers.get('location')).toContain('error=access_denied');
    expect(await (await fetch(page)).text()).toContain('This verification has ended');
  });

  it.each(['', 'approve', 'fail:'])('refuses the decision %j', async (decision) => {
    expect((await press(await pageOf(), decision)).status).toBe(400);
  });
});

describe('the token endpoint', () => {
  const codeAfterPass = async () => {
    await push();
    const hints = await vendor.decide(REFERENCE, { scenario: 'pass' });
    return hints?.returnQuery?.code ?? '';
  };

  it('exchanges a code once', async () => {
    const code = await codeAfterPass();
    expect(await exchange(code)).toMatchObject({ status: 200, body: { token_type: 'Bearer', expires_in: 3600 } });
    expect(await exchange(code)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  it.each([
    ['code', 'other', 400],
    ['code_verifier', 'w'.repeat(43), 400],
    ['code_verifier', undefined, 400],
    ['redirect_uri', `${REDIRECT}/`, 400],
    ['grant_type', 'client_credentials', 400],
    ['client_secret', 'other', 401],
  ])('refuses %s=%j', async (name, value, status) => {
    const code = await codeAfterPass();
    expect((await exchange(code, { [name]: value })).status).toBe(status);
    expect((await exchange(code)).status).toBe(200);
  });

  it('answers with a signed token of the documented shape, MATCHED for what agrees', async () => {
    const person = { givenName: 'ADA', familyName: 'Býron', birthDate: '1990-12-10' };
    const { signed, claims } = await tokenAfter('pass', person);
    expect(signed).toBe(true);
    const matched = { value: 'MATCHED', fuzzy: true };
    expect(claims).toMatchObject({
      iss: CREDENTIALS.issuer,
      aud: CREDENTIALS.clientId,
      nonce: 'nonce-1',
      verified_claims: [
        {
          verification: { trust_framework: 'IDV-DELEGATED', assurance_level: 'VERIFIED' },
          claims: { given_name: matched, family_name: matched, birthdate: matched },
        },
      ],
    });
  });

  it('says what the document says when it is another name, and null in a failure', async () => {
    const { claims } = await tokenAfter('pass', { givenName: 'Eve', familyName: 'Byron' });
    expect(claims).toHaveProperty('verified_claims.0.claims.given_name.value', 'Eve');
    const { claims: failed } = await tokenAfter('fail:data_match');
    expect(failed).toHaveProperty('verified_claims.0.verification.assurance_level', 'FAILED');
    expect(failed).toHaveProperty('verified_claims.0.claims.given_name.value', null);
  });

  it('sends verified_claims to UserInfo when they were asked for there', async () => {
    const wanted = { verified_claims: { verification: VERIFICATION, claims: CLAIMS } };
    await push({ claims: JSON.stringify({ userinfo: wanted }) });
    const hints = await vendor.decide(REFERENCE, { scenario: 'pass' });
    const { body } = await exchange(hints?.returnQuery?.code ?? '');
    const read = async (token: string) => {
      const headers = { authorization: `Bearer ${token}` };
      return fetch(`${vendor.baseUrl}/oauth2/userinfo`, { headers });
    };
    expect(await (await read(String(body.access_token))).json()).toHaveProperty('verified_claims.0.verification');
    expect((await read('other')).status).toBe(401);
  });
});

describe('scenarios', () => {
  it('decide by themselves, and the page leads on', async () => {
    await vendor.setScenario(REFERENCE, { scenario: 'pass' });
    const page = await pageOf();
    let html = '';
    while (!html.includes('code=')) html = await (await fetch(page)).text();
    expect(html).toContain('Go back');
  });

  it('expired sends nobody back', async () => {
    await push();
    expect(await vendor.decide(REFERENCE, { scenario: 'expired' })).toEqual({ returnQuery: undefined });
  });

  it('an outage costs no code', async () => {
    await push();
    const hints = await vendor.decide(REFERENCE, { scenario: 'pass' });
    const code = hints?.returnQuery?.code ?? '';
    await vendor.setScenario(REFERENCE, { scenario: 'outage' });
    expect((await exchange(code)).status).toBe(503);
    await vendor.setScenario(REFERENCE, undefined);
    expect((await exchange(code)).status).toBe(200);
  });

  it('keeps the keys it is given', () => {
    const given = { OIDC_IDA_CLIENT_ID: 'mine', OIDC_IDA_CLIENT_SECRET: 'my-secret', OIDC_IDA_ISSUER: 'https://me' };
    const environment = simulator.environment('http://partner', simulator.credentials(given));
    expect(environment).toMatchObject(given);
  });
});
