import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Sensitive, type HttpRequest } from '../kit/index.js';
import {
  delivered,
  NONCE,
  NOW,
  payloadWith,
  PERSON,
  rs256,
  rsaKey,
  sessionWith,
  STATE,
  vendorAdapter,
  verified,
  ALL_MATCHED,
} from './fixtures/spec-vendor.js';

const KEY = rsaKey('key-1');
const ACCESS_TOKEN = 'access-token-1';
const URI = 'urn:ietf:params:oauth:request_uri:abc';

const answers = (token: string, accessToken?: string) => (endpoint: string) => {
  if (endpoint === 'par') return { status: 201, body: { request_uri: URI, expires_in: 60 } };
  if (endpoint === 'token') return { body: { id_token: token, token_type: 'Bearer', access_token: accessToken } };
  if (endpoint === 'userinfo')
    return { body: { sub: 'subject-1', verified_claims: verified(ALL_MATCHED), email: 'somebody@example.com' } };
  return { body: { keys: [KEY.jwk] } };
};
const CREATE = { ...sessionWith(), webhookUrl: 'https://recover.example/unused', language: 'en' };
const formOf = (request: HttpRequest | undefined) => Object.fromEntries(new URLSearchParams(String(request?.body)));

describe('what leaves for the vendor', () => {
  it('when a session is opened: our reference, state, nonce and challenge, and what is to be compared', async () => {
    const { adapter, sent } = vendorAdapter(answers(''));
    const { handoff, externalId, secretState, expiresAt } = await adapter.createSession(CREATE);
    const [request, ...others] = sent;
    expect(others).toEqual([]);
    expect(request).toMatchObject({ method: 'POST', url: 'https://idv-vendor.example/oauth2/par', timeoutMs: 3000 });
    expect(request?.headers?.['content-type']).toMatch(/^application\/x-www-form-urlencoded/);
    const { claims, code_challenge: challenge, ...rest } = formOf(request);
    expect(rest).toEqual({
      response_type: 'code',
      client_id: 'client-1',
      client_secret: 'a-secret-of-some-length',
      code_challenge_method: 'S256',
      scope: 'openid profile identity_assurance',
      nonce: NONCE,
      state: STATE,
      login_hint: 'vs_1',
      redirect_uri: 'https://recover.example/v1/providers/oidc-ida/return',
    });
    expect(challenge).toMatch(/^[\w-]{43}$/);
    expect(JSON.parse(String(claims))).toEqual({
      id_token: {
        verified_claims: [
          {
            verification: {
              trust_framework: { value: 'IDV-DELEGATED', essential: true },
              assurance_level: { value: 'VERIFIED', essential: true },
            },
            claims: {
              given_name: { value: PERSON.givenName, fuzzy: true },
              family_name: { value: PERSON.familyName, fuzzy: true },
              birthdate: { value: PERSON.birthDate, fuzzy: true },
            },
          },
        ],
      },
    });
    const query = new URLSearchParams({ request_uri: URI, client_id: 'client-1' });
    expect(handoff).toEqual({
      kind: 'redirect',
      url: `https://idv-vendor.example/oauth2/authorize?${query.toString()}`,
      expiresAt: new Date(NOW.getTime() + 60_000),
    });
    // The browser sees neither person nor proof, and nothing is kept that the nonce does not give.
    expect([externalId, secretState, expiresAt]).toEqual([sessionWith().externalId, undefined, undefined]);
  });

  it('when another address is asked for: the same request once more, and nothing else', async () => {
    const { adapter, sent } = vendorAdapter(answers(''));
    const { externalId } = await adapter.createSession(CREATE);
    await adapter.renewHandoff?.({ ...CREATE, externalId });
    expect(sent).toHaveLength(2);
    expect(sent[1]).toEqual(sent[0]);
  });

  it('names no person when there is no record, and asks for the evidence that the policy needs', async () => {
    const { adapter, sent } = vendorAdapter(answers(''), {
      OIDC_IDA_ASSURANCE: 'nist_800_63A/ial2=data_match de_aml=data_match',
      OIDC_IDA_EVIDENCE_CHECKS: 'face_match',
      OIDC_IDA_USERINFO_URL: 'https://idv-vendor.example/userinfo',
    });
    await adapter.createSession({ ...CREATE, expectedIdentity: undefined });
    const claims = { given_name: null, family_name: null, birthdate: null };
    const evidence = [{ type: { value: 'document' }, document_details: null, check_details: [{ check_method: null }] }];
    const trust_framework = (value: string) => ({ value, essential: true });
    const assurance_level = { value: 'ial2', essential: true };
    expect(JSON.parse(formOf(sent[0]).claims ?? '')).toEqual({
      userinfo: {
        verified_claims: [
          { verification: { trust_framework: trust_framework('nist_800_63A'), assurance_level, evidence }, claims },
          { verification: { trust_framework: trust_framework('de_aml'), evidence }, claims },
        ],
      },
    });
  });

  it('when a code is exchanged: the code and the verifier of the challenge, the same from any process', async () => {
    const { adapter, sent } = vendorAdapter(answers(rs256(KEY, payloadWith())));
    await adapter.createSession(CREATE);
    const other = vendorAdapter(answers(rs256(KEY, payloadWith())));
    const arrival = await other.adapter.handleReturn?.(sessionWith(), { code: 'code-1', state: STATE });
    expect(arrival?.signal).toBe('came_back');
    expect(other.sent.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST https://idv-vendor.example/oauth2/token',
    ]);
    const { code_verifier: verifier = '', ...rest } = formOf(other.sent[0]);
    expect(rest).toEqual({
      grant_type: 'authorization_code',
      client_id: 'client-1',
      client_secret: 'a-secret-of-some-length',
      code: 'code-1',
      redirect_uri: 'https://recover.example/v1/providers/oidc-ida/return',
    });
    expect(verifier).toMatch(/^[\w-]{43}$/);
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    expect(challenge).toBe(formOf(sent[0]).code_challenge);
    expect(verifier).not.toBe(NONCE);
  });

  it('when a report is made: one question for the keys, and no token', async () => {
    const token = rs256(KEY, payloadWith());
    const { adapter, sent } = vendorAdapter(answers(token));
    await adapter.fetchResult(sessionWith({ deliveries: [delivered(token)] }));
    expect(sent).toEqual([
      expect.objectContaining({ method: 'GET', url: 'https://idv-vendor.example/.well-known/jwks' }),
    ]);
    expect(sent[0]?.body).toBeUndefined();
  });
});

describe('how long the address of a pushed request lives', () => {
  const lifeOf = async (expiresIn: unknown, tookMs = 0) => {
    let elapsedMs = 0;
    const answer = () => {
      elapsedMs += tookMs;
      return { status: 201, body: { request_uri: URI, expires_in: expiresIn } };
    };
    const { adapter } = vendorAdapter(answer, {}, () => new Date(NOW.getTime() + elapsedMs));
    const { handoff } = await adapter.createSession(CREATE);
    return handoff.kind === 'redirect' && handoff.expiresAt ? handoff.expiresAt.getTime() - NOW.getTime() : undefined;
  };

  it.each([
    [60, 60_000],
    ['600', 600_000],
    [5.5, 5_500],
    [1e300, 86_400_000],
  ])('expires_in %j: %d ms', async (expiresIn, lifeMs) => {
    expect(await lifeOf(expiresIn)).toBe(lifeMs);
  });

  it('is counted from before the request left: the vendor’s own end is never sooner', async () => {
    expect(await lifeOf(60, 2_000)).toBe(60_000);
  });

  it.each([0, -1, '0', 'soon', '60s', '', null, true, [60]])('expires_in %j: unintelligible', async (expiresIn) => {
    await expect(lifeOf(expiresIn)).rejects.toMatchObject({ code: 'unintelligible' });
  });
});

describe('UserInfo, where it is configured', () => {
  const environment = { OIDC_IDA_USERINFO_URL: 'https://idv-vendor.example/userinfo' };
  const bare = rs256(KEY, payloadWith({ verified_claims: undefined }));
  const come = async (answer: Parameters<typeof vendorAdapter>[0]) => {
    const vendor = vendorAdapter(answer, environment);
    const arrival = await vendor.adapter.handleReturn?.(sessionWith(), { code: 'code-1', state: STATE });
    const payload = arrival?.payload;
    const report = vendor.adapter.fetchResult(sessionWith({ deliveries: payload ? [payload] : [] }));
    return { ...vendor, payload, report };
  };

  it('is asked once, with the access token, and only what is needed of it is kept', async () => {
    const { sent, payload, report } = await come(answers(bare, ACCESS_TOKEN));
    expect((await report).matchedOnly).toEqual(['givenName', 'familyName', 'birthDate']);
    expect(sent.map(({ url }) => new URL(url).pathname)).toEqual(['/oauth2/token', '/userinfo', '/.well-known/jwks']);
    expect(sent[1]?.headers?.authorization).toBe(`Bearer ${ACCESS_TOKEN}`);
    expect(payload?.reveal()).not.toMatch(/somebody@example.com|access-token-1/);
  });

  it('about another subject is refused (OpenID Connect Core 5.3.2)', async () => {
    const answer = (endpoint: string) =>
      endpoint === 'userinfo'
        ? { body: { sub: 'subject-2', verified_claims: verified(ALL_MATCHED) } }
        : answers(bare, ACCESS_TOKEN)(endpoint);
    const { report } = await come(answer);
    await expect(report).rejects.toMatchObject({ code: 'not_authentic' });
  });

  it.each([
    ['an outage', { status: 503, body: {} }],
    ['a page', { contentType: 'text/html', body: '<p>' }],
  ])('%s costs no token: without its part nothing passes', async (_title, broken) => {
    const answer = (endpoint: string) => (endpoint === 'userinfo' ? broken : answers(bare, ACCESS_TOKEN)(endpoint));
    const { report } = await come(answer);
    const { status, checks } = await report;
    expect([status, checks.some(({ result }) => result === 'pass')]).toEqual(['completed', false]);
  });
});

describe('what was kept of a return', () => {
  it.each(['', 'null', '{}', '{"error":"x"}', '{"idToken":7,"receivedAt":"2026-11-22T10:00:00Z"}'])(
    '%j is unintelligible',
    async (text) => {
      const { adapter } = vendorAdapter(answers(''));
      const kept = new Sensitive(text);
      await expect(adapter.fetchResult(sessionWith({ deliveries: [kept] }))).rejects.toMatchObject({
        code: 'unintelligible',
      });
    },
  );

  it('nothing is not ready, and the first stands', async () => {
    const { adapter } = vendorAdapter(answers(''));
    await expect(adapter.fetchResult(sessionWith())).rejects.toMatchObject({ code: 'not_ready' });
    const good = delivered(rs256(KEY, payloadWith()));
    const failed = payloadWith({ verified_claims: [verified({}, { assurance_level: 'FAILED' })] });
    const report = await adapter.fetchResult(sessionWith({ deliveries: [delivered(rs256(KEY, failed)), good] }));
    expect(report.checks.find(({ kind }) => kind === 'data_match')?.result).toBe('fail');
  });
});
