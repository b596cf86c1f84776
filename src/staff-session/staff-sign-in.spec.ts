import { createHash } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose';
import { testConfig } from '../../test/model/core-stage.js';
import type { HttpRequest, HttpResponse } from '../../providers/kit/index.js';
import { Clock } from '../platform/clock/clock.js';
import type { KeyRing } from '../platform/crypto/key-ring.js';
import type { Database } from '../platform/database/database.js';
import type { OutboundHttp } from '../platform/outbound-http/outbound-http.js';
import { personOf, StaffTokens } from '../staff-access/staff-tokens.js';
import { SIGN_IN_SECONDS } from './begun-sign-in.js';
import { StaffSignIn } from './staff-sign-in.js';

const ISSUER = 'https://idp.example.org';
const CLIENT = { STAFF_CLIENT_ID: 'console', STAFF_CLIENT_SECRET: 'a-secret-of-the-console' };
const ENDPOINTS = { STAFF_AUTHORIZATION_URL: `${ISSUER}/authorize?tenant=1`, STAFF_TOKEN_URL: `${ISSUER}/token` };
const CONFIG = testConfig({ ...CLIENT, ...ENDPOINTS, STAFF_ISSUER: ISSUER, STAFF_JWKS_URL: `${ISSUER}/jwks` });
const STAFF = { sub: 'rita', roles: ['reviewer'], preferred_username: 'rita.jones' };

class TestClock extends Clock {
  at = Date.now();
  now(): Date {
    return new Date(this.at);
  }
}

let keys: { privateKey: CryptoKey; jwks: string };
let strange: CryptoKey;
let clock: TestClock;
/** What the issuer answers at its token endpoint, and what it was asked. */
let idp: { idToken: JWTPayload; accessToken: JWTPayload; signedBy?: CryptoKey; answer?: HttpResponse };
let challenge: string;
let asked: URLSearchParams;

beforeAll(async () => {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  keys = { privateKey, jwks: JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256' }] }) };
  strange = (await generateKeyPair('ES256')).privateKey;
});
beforeEach(() => {
  clock = new TestClock();
  idp = { idToken: {}, accessToken: {} };
});

const signed = (claims: JWTPayload, key = keys.privateKey): Promise<string> =>
  new SignJWT({
    iss: ISSUER,
    iat: Math.floor(Date.now() / 1_000),
    exp: Math.floor(Date.now() / 1_000) + 600,
    ...claims,
  })
    .setProtectedHeader({ alg: 'ES256', kid: 'k' })
    .sign(key);

const json = (status: number, value: unknown): HttpResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
});

async function answer({ url, body }: HttpRequest): Promise<HttpResponse> {
  if (url === `${ISSUER}/jwks`) return json(200, keys.jwks);
  if (idp.answer) return idp.answer;
  asked = new URLSearchParams(String(body));
  const verifier = asked.get('code_verifier') ?? '';
  if (createHash('sha256').update(verifier).digest('base64url') !== challenge)
    return json(400, { error: 'invalid_grant' });
  const id_token = await signed({ sub: 'rita', aud: 'console', ...idp.idToken }, idp.signedBy);
  const access_token = await signed({ ...STAFF, aud: 'regain', ...idp.accessToken });
  return json(200, { token_type: 'Bearer', access_token, id_token });
}

const outbound = { send: answer } as unknown as OutboundHttp;
const tokens = new StaffTokens(CONFIG, {} as Database, {} as KeyRing, outbound);

/** A browser that was at the issuer and is sent back with what the issuer makes of its request. */
async function atIssuer(): Promise<{ begun: string; query: URLSearchParams; request: URLSearchParams }> {
  const { url, begun } = await signIn.begin();
  const request = new URL(url).searchParams;
  challenge = request.get('code_challenge') ?? '';
  idp.idToken = { nonce: request.get('nonce') ?? '', ...idp.idToken };
  return { begun, request, query: new URLSearchParams({ code: 'c', state: request.get('state') ?? '' }) };
}
let signIn: StaffSignIn;
beforeEach(() => {
  signIn = new StaffSignIn(CONFIG, outbound, tokens, clock);
});
const refused = { code: 'unauthenticated' };

describe('a sign-in of staff with a browser', () => {
  it('asks for a code with PKCE, state and nonce, and sends the browser back to our own address alone', async () => {
    const { url, begun } = await signIn.begin();
    const request = new URL(url);
    expect(request.origin + request.pathname).toBe(`${ISSUER}/authorize`);
    expect(Object.fromEntries(request.searchParams)).toEqual({
      tenant: '1',
      client_id: 'console',
      response_type: 'code',
      redirect_uri: `${CONFIG.PUBLIC_URL}/console/sign-in/return`,
      scope: 'openid profile email',
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    });
    const secret = begun.split('.')[1] ?? '-';
    expect(url).not.toContain(secret);
    expect((await signIn.begin()).url).not.toBe(url);
  });

  it('ends in the very principal that the same access token is as a bearer, roles and accounts included', async () => {
    const { begun, query } = await atIssuer();
    const { claims, expiresAt } = await signIn.complete(begun, query.toString());
    const bearer = await signed({ ...STAFF, aud: 'regain' });
    expect(personOf(claims)).toEqual(await tokens.principal(bearer));
    expect(expiresAt.getTime()).toBeLessThanOrEqual(Date.now() + 600_000);
    expect(asked.get('redirect_uri')).toBe(`${CONFIG.PUBLIC_URL}/console/sign-in/return`);
    expect(asked.get('client_secret')).toBe(CLIENT.STAFF_CLIENT_SECRET);
  });

  it.each([
    ['id', { idToken: { exp: Math.floor(Date.now() / 1_000) + 120 } }],
    ['access', { accessToken: { exp: Math.floor(Date.now() / 1_000) + 120 } }],
  ])('lasts no longer than the %s token', async (_which, answers) => {
    Object.assign(idp, { idToken: {}, accessToken: {}, ...answers });
    const { begun, query } = await atIssuer();
    const { expiresAt } = await signIn.complete(begun, query.toString());
    expect(expiresAt.getTime() - Date.now()).toBeLessThanOrEqual(120_000);
  });

  it.each(['', 'x', 'y'.repeat(43)])('is refused with another state: %j', async (state) => {
    const { begun, query } = await atIssuer();
    query.set('state', state);
    await expect(signIn.complete(begun, query.toString())).rejects.toMatchObject(refused);
    query.delete('state');
    await expect(signIn.complete(begun, query.toString())).rejects.toMatchObject(refused);
  });

  it('is refused in a browser that did not begin it, or began another one', async () => {
    const { query } = await atIssuer();
    const { begun: another } = await signIn.begin();
    for (const begun of [undefined, '', 'x', another, '1.2', `${Date.now()}.`])
      await expect(signIn.complete(begun, query.toString())).rejects.toMatchObject(refused);
  });

  it.each([
    ['another nonce', { nonce: 'another' }],
    ['no nonce', { nonce: undefined }],
    ['another audience', { aud: 'another' }],
    ['another issuer', { iss: 'https://other.example.org' }],
    ['a time that is over', { exp: 1 }],
  ])('is refused with an ID token with %s', async (_what, claims) => {
    const { begun, query } = await atIssuer();
    idp.idToken = { ...idp.idToken, ...claims };
    await expect(signIn.complete(begun, query.toString())).rejects.toMatchObject(refused);
  });

  it('is refused with an ID token that somebody else signed', async () => {
    const { begun, query } = await atIssuer();
    idp.signedBy = strange;
    await expect(signIn.complete(begun, query.toString())).rejects.toMatchObject(refused);
  });

  it('is refused with a code for another verifier: a code that somebody took is of no use', async () => {
    const { begun, query } = await atIssuer();
    challenge = 'another';
    await expect(signIn.complete(begun, query.toString())).rejects.toMatchObject(refused);
  });

  it.each([
    ['for somebody else’s interface', { aud: 'another' }],
    ['that names no account', { sub: '', preferred_username: undefined }],
    ['that is over', { exp: 1 }],
  ])('is refused with an access token %s, as the bearer would be', async (_what, claims) => {
    const { begun, query } = await atIssuer();
    idp.accessToken = claims;
    await expect(signIn.complete(begun, query.toString())).rejects.toMatchObject(refused);
  });

  it('is refused when the issuer says no, and after ten minutes', async () => {
    const { begun, query } = await atIssuer();
    const denied = new URLSearchParams({ error: 'access_denied', state: query.get('state') ?? '' });
    await expect(signIn.complete(begun, denied.toString())).rejects.toMatchObject(refused);
    clock.at += (SIGN_IN_SECONDS + 1) * 1_000;
    await expect(signIn.complete(begun, query.toString())).rejects.toMatchObject(refused);
  });

  it.each([
    ['is down', { status: 503, headers: {}, body: Buffer.from('') }],
    ['answers with a page', { status: 200, headers: { 'content-type': 'text/html' }, body: Buffer.from('<p>') }],
  ])('says so when the issuer %s, with nothing of the answer in the cause', async (_what, answered) => {
    const { begun, query } = await atIssuer();
    idp.answer = answered;
    const failed = signIn.complete(begun, query.toString());
    await expect(failed).rejects.toMatchObject({ code: 'dependency_unavailable' });
    await failed.catch((error: { options: { cause: Error } }) =>
      expect(error.options.cause.message).toMatch(/^staff sign-in: \w+( OAUTH_\w+)?$/),
    );
  });

  it('is not there where the console is off', async () => {
    const off = new StaffSignIn(testConfig(), outbound, tokens, clock);
    expect(off.isOffered).toBe(false);
    await expect(off.begin()).rejects.toMatchObject({ code: 'not_found' });
    await expect(off.complete('x', '')).rejects.toMatchObject({ code: 'not_found' });
  });
});
