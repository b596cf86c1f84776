import { describe, expect, it } from '@jest/globals';
import { ProviderError, Sensitive, type CreateSessionContext, type HttpRequest } from '../kit/index.js';
import { idverseProvider } from './index.js';

const PERSON = { givenName: 'Canary-Given', familyName: 'Canary-Family', birthDate: '1971-02-03' };
const CONTEXT: CreateSessionContext = {
  reference: 'vs_1',
  attempt: 1,
  nonce: 'n'.repeat(43),
  returnUrl: 'http://localhost:3000/v1/providers/idverse/return?state=s',
  webhookUrl: 'http://localhost:3000/v1/webhooks/idverse',
  language: 'en',
  expectedIdentity: new Sensitive(PERSON),
  chosenDocument: { issuingCountry: 'GBR', documentType: 'passport' },
};
const SESSION = { ...CONTEXT, externalId: '01TX' };
const CREATED = {
  transaction_id: '01TX',
  url: 'https://bank.au.idkit.com/01LINK',
  expires_at: '2026-11-29T10:00:00.000Z',
};
const PENDING = { transaction_id: '01TX', status: 'PENDING', reference: `vs_1.${CONTEXT.nonce}` };

/** An adapter in front of a partner that answers like this, its clock, and what it sent. */
function adapterAnswered(answer: (request: HttpRequest) => { status?: number; body: unknown }) {
  const sent: HttpRequest[] = [];
  const clock = { at: new Date('2026-11-22T10:00:00Z'), now: () => clock.at };
  const settings = idverseProvider.environment.parse({
    IDVERSE_API_URL: 'https://bank.api.au.idkit.com/v1',
    IDVERSE_OAUTH_URL: 'https://bank.auth.au.idkit.com',
    IDVERSE_API_KEY: 'k'.repeat(32),
    IDVERSE_ENVIRONMENT: 'production',
    IDVERSE_WEBHOOK_SECRET: `${'s'.repeat(32)} ${'o'.repeat(32)}`,
  });
  const adapter = idverseProvider.create(settings, {
    clock,
    logger: { info: () => undefined, warn: () => undefined },
    http: {
      async send(request) {
        sent.push(request);
        const { status = 200, body } = answer(request);
        return { status, headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify(body)) };
      },
    },
  });
  return { adapter, sent, clock };
}

let issued = 0;
const isForToken = ({ url }: HttpRequest) => url.includes('/oauth2/token');
const token = () => ({ body: { access_token: `token-${(issued += 1)}`, expires_in: 3600, token_type: 'Bearer' } });
const friendly = (body: unknown) => (request: HttpRequest) => (isForToken(request) ? token() : { body });

describe('what leaves for IDVerse', () => {
  it('is our reference and nonce, addresses, a fixed name and the notification’s secret: nothing about the person', async () => {
    const { adapter, sent } = adapterAnswered(friendly(CREATED));
    const created = await adapter.createSession(CONTEXT);
    expect(created).toEqual({
      externalId: '01TX',
      handoff: { kind: 'redirect', url: CREATED.url },
      expiresAt: new Date(CREATED.expires_at),
    });
    expect(sent[1]).toMatchObject({
      method: 'POST',
      url: 'https://bank.api.au.idkit.com/v1/transactions',
      timeoutMs: 3000,
    });
    expect(JSON.parse(String(sent[1]?.body))).toEqual({
      name: 'Identity check',
      reference: `vs_1.${CONTEXT.nonce}`,
      flow_type: 'NORMAL2',
      redirect_url_success: CONTEXT.returnUrl,
      redirect_url_exit: `${CONTEXT.returnUrl}&idverse_exit=1`,
      notifications: {
        complete: [
          {
            type: 'https',
            url: CONTEXT.webhookUrl,
            auth_header_name: 'x-regain-key',
            auth_header_value: 's'.repeat(32),
          },
        ],
      },
    });
  });

  it('asks about an id and nothing else, and never about what is no id', async () => {
    const { adapter, sent } = adapterAnswered(friendly(PENDING));
    expect((await adapter.fetchResult(SESSION)).status).toBe('pending');
    expect(sent[1]?.url).toBe('https://bank.api.au.idkit.com/v1/transactions/01TX/json');
    for (const externalId of ['../01TX', '01TX/pdf?', '', 'a'.repeat(129)])
      await expect(adapter.fetchResult({ ...SESSION, externalId })).rejects.toMatchObject({ code: 'session_unknown' });
    expect(sent).toHaveLength(2);
  });

  it.each(['vs_2.x', 'vs_1', 'vs_11.x', 'vs_1 .x', '.x', ''])(
    'T33 an answer that carries the reference %j is only ours if it is',
    async (reference) => {
      const { adapter } = adapterAnswered(friendly({ ...PENDING, reference }));
      const asked = adapter.fetchResult(SESSION);
      if (reference === 'vs_1') expect((await asked).binding.nonce).toBeUndefined();
      else await expect(asked).rejects.toMatchObject({ code: 'not_authentic' });
    },
  );

  it.each([
    'http://bank.au.idkit.com/01LINK',
    'https://idkit.com.evil.example/01LINK',
    'https://evilidkit.com/01LINK',
    'https://idkit.com@evil.example/01LINK',
    'https://user:word@bank.idkit.com/01LINK',
    'https://evil.example\\@idkit.com/01LINK',
    'javascript:alert(1)//idkit.com',
    'https://bank.idkit.com:8443/01LINK',
    'https://bank.idkit.com/01\tLINK',
    'https:\\\\bank.idkit.com\\01LINK',
  ])('T111 the link %j is followed by nobody', async (url) => {
    const { adapter } = adapterAnswered(friendly({ ...CREATED, url }));
    await expect(adapter.createSession(CONTEXT)).rejects.toMatchObject({ code: 'unintelligible' });
  });

  it('a browser that left by the exit gave up, any other came back', async () => {
    const { adapter } = adapterAnswered(friendly(PENDING));
    expect(await adapter.handleReturn?.(SESSION, { idverse_exit: '1' })).toEqual({ signal: 'gave_up' });
    expect(await adapter.handleReturn?.(SESSION, { status: 'COMPLETE' })).toEqual({ signal: 'came_back' });
  });
});

describe('the access token', () => {
  const tokensAskedFor = (sent: HttpRequest[]) => sent.filter(isForToken).length;

  it('is asked for as documented', async () => {
    const { adapter, sent } = adapterAnswered(friendly(PENDING));
    await adapter.fetchResult(SESSION);
    expect(sent[0]).toMatchObject({
      method: 'POST',
      url: 'https://bank.auth.au.idkit.com/oauth2/token?grant_type=client_credentials&scope=transactions%2Fget',
      headers: {
        authorization: `Basic ${'k'.repeat(32)}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      timeoutMs: 1500,
    });
    expect(sent[1]?.headers?.authorization).toBe(`Bearer token-${issued}`);
  });

  it('is asked for once by several calls at once, and again when its hour is nearly over', async () => {
    const { adapter, sent, clock } = adapterAnswered(friendly(PENDING));
    await Promise.all([1, 2, 3].map(() => adapter.fetchResult(SESSION)));
    expect(tokensAskedFor(sent)).toBe(1);
    clock.at = new Date('2026-11-22T10:58:59Z');
    await adapter.fetchResult(SESSION);
    expect(tokensAskedFor(sent)).toBe(1);
    clock.at = new Date('2026-11-22T10:59:00Z');
    await adapter.fetchResult(SESSION);
    expect(tokensAskedFor(sent)).toBe(2);
  });

  it('is dropped when a call is refused with 401, and that call is not repeated', async () => {
    let refusing = true;
    const { adapter, sent } = adapterAnswered((request) => {
      if (isForToken(request)) return token();
      return refusing ? { status: 401, body: { error_message: 'Unauthenticated.' } } : { body: PENDING };
    });
    await expect(adapter.fetchResult(SESSION)).rejects.toMatchObject({ code: 'unauthorized' });
    expect(sent).toHaveLength(2);
    refusing = false;
    expect((await adapter.fetchResult(SESSION)).status).toBe('pending');
    expect(tokensAskedFor(sent)).toBe(2);
  });

  it.each([
    [401, 'unauthorized'],
    [400, 'rejected'],
    [429, 'rate_limited'],
    [503, 'unavailable'],
    [302, 'unintelligible'],
  ])('refused with %i: %s, nothing else is sent, and the next call asks again', async (status, code) => {
    const { adapter, sent } = adapterAnswered(() => ({ status, body: {} }));
    for (const count of [1, 2]) {
      const error = await adapter.fetchResult(SESSION).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ProviderError);
      expect(error).toMatchObject({ code });
      expect(sent).toHaveLength(count);
    }
  });

  it.each([
    {},
    { access_token: 'x', expires_in: 3600 },
    { access_token: 'x', expires_in: 3600, token_type: 'mac' },
    { access_token: 'x\ny', expires_in: 3600, token_type: 'Bearer' },
    { access_token: '', expires_in: 3600, token_type: 'Bearer' },
    { access_token: 'x', expires_in: '3600', token_type: 'Bearer' },
  ])('answered with %j: unintelligible', async (body) => {
    const { adapter } = adapterAnswered(() => ({ body }));
    await expect(adapter.fetchResult(SESSION)).rejects.toMatchObject({ code: 'unintelligible' });
  });
});
