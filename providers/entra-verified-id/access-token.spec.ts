import { describe, expect, it } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { ProviderError, Sensitive, type HttpRequest, type HttpResponse } from '../kit/index.js';
import { createNodeHttpPort } from '../kit/conformance/index.js';
import { accessTokens } from './access-token.js';
import { entraVerifiedIdProvider } from './index.js';
import { selfSignedCertificate } from './fixtures/self-signed-certificate.js';
import { simulator } from './simulator/index.js';

let now = new Date('2026-11-22T12:00:00Z');
const TOKEN = { token_type: 'Bearer', expires_in: 3599, access_token: 'token' };

const answer = (status: number, body: unknown, headers: Record<string, string> = {}): HttpResponse => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: Buffer.from(JSON.stringify(body)),
});

function tokensAgainst(answers: HttpResponse[]) {
  const sent: HttpRequest[] = [];
  const tokens = accessTokens({
    loginUrl: 'https://login.microsoftonline.com/',
    tenantId: 'tenant.example',
    clientId: 'client',
    proof: { kind: 'secret', secret: new Sensitive('the client secret') },
    clock: { now: () => now },
    http: {
      async send(request) {
        sent.push(request);
        return answers[Math.min(sent.length, answers.length) - 1] as HttpResponse;
      },
    },
  });
  return { tokens, sent };
}

describe('accessTokens', () => {
  it('asks as the client credentials grant is documented', async () => {
    const { tokens, sent } = tokensAgainst([answer(200, TOKEN)]);
    await tokens.get();
    expect(sent[0]).toMatchObject({
      method: 'POST',
      url: 'https://login.microsoftonline.com/tenant.example/oauth2/v2.0/token',
      timeoutMs: 2000,
    });
    expect(Object.fromEntries(new URLSearchParams(String(sent[0]?.body)))).toEqual({
      grant_type: 'client_credentials',
      client_id: 'client',
      client_secret: 'the client secret',
      scope: '3db474b9-6a0c-4840-96ac-1fceb342124f/.default',
    });
  });

  it('asks once for any number of waiting calls, and again a minute before the token ends', async () => {
    const { tokens, sent } = tokensAgainst([answer(200, TOKEN)]);
    await Promise.all([tokens.get(), tokens.get(), tokens.get()]);
    await tokens.get();
    expect(sent).toHaveLength(1);
    const before = now;
    now = new Date(before.getTime() + 3538_000);
    await tokens.get();
    expect(sent).toHaveLength(1);
    now = new Date(before.getTime() + 3539_000);
    await tokens.get();
    expect(sent).toHaveLength(2);
  });

  it('forgets a refused token, but not the one that came after it', async () => {
    const { tokens, sent } = tokensAgainst([answer(200, TOKEN)]);
    const refused = await tokens.get();
    tokens.drop(refused);
    await tokens.get();
    tokens.drop(refused);
    await tokens.get();
    expect(sent).toHaveLength(2);
  });

  it.each([
    [400, 'unauthorized'],
    [401, 'unauthorized'],
    [403, 'unauthorized'],
    [429, 'rate_limited'],
    [500, 'unavailable'],
    [503, 'unavailable'],
    [302, 'unintelligible'],
  ])('a %i is told as %s, and the next call asks again', async (status, code) => {
    const { tokens, sent } = tokensAgainst([answer(status, { error: 'invalid_client' }), answer(200, TOKEN)]);
    await expect(tokens.get()).rejects.toMatchObject({ code });
    await expect(tokens.get()).resolves.toBeInstanceOf(Sensitive);
    expect(sent).toHaveLength(2);
  });

  it.each([
    {},
    { ...TOKEN, access_token: '' },
    { ...TOKEN, access_token: 'with a space' },
    { ...TOKEN, token_type: 'mac' },
    { ...TOKEN, expires_in: -1 },
    { ...TOKEN, expires_in: 'soon' },
  ])('%j is no token', async (body) => {
    const { tokens } = tokensAgainst([answer(200, body)]);
    await expect(tokens.get()).rejects.toBeInstanceOf(ProviderError);
  });
});

describe('the certificate as proof', () => {
  const { certificate, privateKey } = selfSignedCertificate();
  const context = {
    reference: 'vs_1',
    attempt: 1,
    nonce: 'n'.repeat(43),
    returnUrl: 'http://localhost:3000/return',
    webhookUrl: 'http://127.0.0.1:1/',
    language: 'en',
  };

  async function create(key: string): Promise<{ sent: HttpRequest[]; outcome: string }> {
    const credentials = simulator.credentials({ ENTRA_VERIFIED_ID_CLIENT_CERTIFICATE: certificate });
    const partner = await simulator.start({ credentials });
    const sent: HttpRequest[] = [];
    const port = createNodeHttpPort();
    const environment = simulator.environment(partner.baseUrl, credentials);
    const settings = entraVerifiedIdProvider.environment.parse({
      ...environment,
      ENTRA_VERIFIED_ID_CLIENT_PRIVATE_KEY: key,
    });
    const adapter = entraVerifiedIdProvider.create(settings, {
      clock: { now: () => new Date() },
      logger: { info: () => undefined, warn: () => undefined },
      http: { send: (request) => (sent.push(request), port.send(request)) },
    });
    const outcome = await adapter.createSession(context).then(
      () => 'created',
      (error: ProviderError) => error.code,
    );
    await partner.close();
    return { sent, outcome };
  }

  it('is signed with PS256, names the certificate by its thumbprint and is used once', async () => {
    const { sent, outcome } = await create(privateKey);
    expect(outcome).toBe('created');
    const form = new URLSearchParams(String(sent[0]?.body));
    expect(form.has('client_secret')).toBe(false);
    const assertion = form.get('client_assertion') ?? '';
    expect(decodeProtectedHeader(assertion)).toMatchObject({ alg: 'PS256', typ: 'JWT' });
    const { aud, exp = 0, nbf = 0, jti } = decodeJwt(assertion);
    expect(aud).toBe(sent[0]?.url);
    expect(exp - nbf).toBe(300);
    expect(jti).toMatch(/^[\da-f-]{36}$/);
    const second = await create(privateKey);
    expect(second.sent[0]?.body).not.toBe(sent[0]?.body);
  });
});
