import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Sensitive, type CreateSessionContext, type HttpRequest } from '../kit/index.js';
import { au10tixProvider } from './index.js';

const PERSON = { givenName: 'Canary-Given', familyName: 'Canary-Family', birthDate: '1971-02-03' };
const CONTEXT: CreateSessionContext = {
  reference: 'vs_1',
  attempt: 1,
  nonce: 'n'.repeat(43),
  returnUrl: 'http://localhost:3000/v1/providers/au10tix/return?state=s',
  webhookUrl: 'http://localhost:3000/v1/webhooks/au10tix',
  language: 'en',
  expectedIdentity: new Sensitive(PERSON),
  chosenDocument: { issuingCountry: 'GBR', documentType: 'passport' },
};
const SESSION = { ...CONTEXT, externalId: 'session-1' };
const BASE = 'https://weu-api.au10tixservices.com';
const API = 'https://eus-api.au10tixservices.com';
const LINK = 'https://secure-me.au10tixservices.com/app.html?api=x&token=y';
const CREATED = { id: 'session-1', response: { securemeLink: LINK } };
const PRIVATE_KEY = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
  type: 'pkcs8',
  format: 'pem',
});

interface Answer {
  status?: number;
  body: unknown;
}

/** An adapter in front of a partner that answers like this, its clock, and what it sent. */
function adapterAnswered(answer: (request: HttpRequest) => Answer, environment: Record<string, string> = {}) {
  const sent: HttpRequest[] = [];
  const clock = { at: new Date('2026-11-22T10:00:00Z'), now: () => clock.at };
  const settings = au10tixProvider.environment.parse({
    AU10TIX_BASE_URL: BASE,
    AU10TIX_ENVIRONMENT: 'production',
    AU10TIX_CLIENT_ID: 'client-1',
    AU10TIX_KEY_ID: 'key-1',
    AU10TIX_PRIVATE_KEY: PRIVATE_KEY.toString(),
    AU10TIX_TOKEN_AUDIENCE: 'https://login.au10tix.com/oauth2/x/v1/token',
    AU10TIX_WORKFLOW: 'Au10tix201',
    ...environment,
  });
  const adapter = au10tixProvider.create(settings, {
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
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const token = (claims: Record<string, unknown> = {}, expiresIn?: number): Answer => {
  const payload = part({ apiUrl: API, exp: Date.parse('2026-11-22T10:30:00Z') / 1000, ...claims });
  const signature = `s${(issued += 1)}`;
  return { body: { access_token: `${part({ alg: 'RS256' })}.${payload}.${signature}`, expires_in: expiresIn } };
};
const isForToken = ({ url }: HttpRequest) => url.endsWith('/oauth2/v1/token');
const friendly = (body: unknown) => (request: HttpRequest) => (isForToken(request) ? token() : { body });
const tokenRequests = (sent: readonly HttpRequest[]) => sent.filter(isForToken).length;
const refused = (code: string) => expect.objectContaining({ code });

describe('what leaves for AU10TIX', () => {
  it('is a signed assertion, then what to capture: nothing about the person, not even our reference', async () => {
    const { adapter, sent } = adapterAnswered(friendly(CREATED));
    expect(await adapter.createSession(CONTEXT)).toEqual({
      externalId: 'session-1',
      handoff: { kind: 'redirect', url: LINK },
    });
    const [forToken, forSession] = sent;
    expect(forToken).toMatchObject({ method: 'POST', url: `${BASE}/oauth2/v1/token`, timeoutMs: 1500 });
    const form = new URLSearchParams(String(forToken?.body));
    expect([...form.keys()]).toEqual(['client_assertion', 'scope']);
    expect(form.get('scope')).toBe('workflow:api');
    expect(forSession).toMatchObject({
      method: 'POST',
      url: `${API}/workflow/v1/workflows/person/Au10tix201`,
      timeoutMs: 3000,
    });
    expect(JSON.parse(String(forSession?.body))).toEqual({
      workflowOptions: {},
      serviceOptions: {
        secureme: {
          shortUrl: true,
          requestTypes: { idFront: ['camera'], idBack: ['camera'], faceCompare: ['camera'] },
        },
      },
    });
    const text = JSON.stringify(sent.map(({ url, headers, body }) => [url, headers, String(body)]));
    for (const canary of [...Object.values(PERSON), CONTEXT.nonce, 'vs_1', 'state=s', 'sensitive'])
      expect(text).not.toContain(canary);
    for (const { maxResponseBytes } of sent) expect(maxResponseBytes).toBeGreaterThan(0);
  });

  it('is our reference where a place for it is configured, files and grant fields where they are wanted', async () => {
    const { adapter, sent } = adapterAnswered(friendly(CREATED), {
      AU10TIX_REFERENCE_FIELD: 'workflowOptions.custom.reference',
      AU10TIX_DOCUMENT_SOURCES: 'camera_or_file',
      AU10TIX_TOKEN_GRANT_FIELDS: 'send',
    });
    await adapter.createSession(CONTEXT);
    expect(JSON.parse(String(sent[1]?.body))).toMatchObject({
      workflowOptions: { custom: { reference: 'vs_1' } },
      serviceOptions: {
        secureme: { requestTypes: { idFront: ['camera', 'file'], faceCompare: ['camera'] } },
      },
    });
    const form = new URLSearchParams(String(sent[0]?.body));
    expect(form.get('grant_type')).toBe('client_credentials');
    expect(form.get('client_assertion_type')).toBe('urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
  });

  it.each([
    ['workflow', 'workflow:api', `${API}/result/v2/results/person/session-1?includeDetailed=true`],
    ['secureme', 'secure.me:request', `${API}/cm/v2/documentprocessingrequests/session-1`],
    ['bos', 'bos', 'https://bos-weu.au10tixservices.com/Au10tixBos4/IdentityDocuments/Results/session-1'],
  ])('asks for results of %s under scope %s, and for no pictures', async (api, scope, url) => {
    const bosUrl = 'https://bos-weu.au10tixservices.com/Au10tixBos4';
    const answer = (request: HttpRequest) => (isForToken(request) ? token({ bosUrl }) : { status: 404, body: {} });
    const { adapter, sent } = adapterAnswered(answer, { AU10TIX_RESULT_API: api });
    await expect(adapter.fetchResult(SESSION)).rejects.toEqual(refused('not_ready'));
    expect(new URLSearchParams(String(sent[0]?.body)).get('scope')).toBe(scope);
    expect(sent[1]).toMatchObject({ method: 'GET', url, timeoutMs: 8000 });
  });

  it.each(['../oauth2/v1/token', 'a/b', 'a?b', 'a#b', 'a%2fb', '', ' session-1', 'session-1\u0000'])(
    'T41 nothing for the id %j, which is none',
    async (externalId) => {
      const { adapter, sent } = adapterAnswered(friendly({}));
      await expect(adapter.fetchResult({ ...SESSION, externalId })).rejects.toEqual(refused('session_unknown'));
      expect(sent).toEqual([]);
    },
  );
});

describe('the access token', () => {
  const working = (environment: Record<string, string> = {}) => adapterAnswered(friendly(CREATED), environment);

  it('is asked for once by many at once, and kept until a minute before its end', async () => {
    const { adapter, sent, clock } = working();
    await Promise.all(Array.from({ length: 5 }, () => adapter.createSession(CONTEXT)));
    clock.at = new Date('2026-11-22T10:28:59Z');
    await adapter.createSession(CONTEXT);
    expect(tokenRequests(sent)).toBe(1);
    clock.at = new Date('2026-11-22T10:29:01Z');
    await adapter.createSession(CONTEXT);
    expect(tokenRequests(sent)).toBe(2);
  });

  it.each([
    ['ends sooner by expires_in', {}, 120, '2026-11-22T10:01:01Z'],
    ['claims a year', { exp: 1_830_000_000 }, undefined, '2026-11-22T10:59:01Z'],
    ['says no end', { exp: undefined }, undefined, '2026-11-22T10:00:00Z'],
  ])('that %s is not kept beyond it', async (_title, claims, expiresIn, at) => {
    const answer = (request: HttpRequest) => (isForToken(request) ? token(claims, expiresIn) : { body: CREATED });
    const { adapter, sent, clock } = adapterAnswered(answer);
    await adapter.createSession(CONTEXT);
    clock.at = new Date(at);
    await adapter.createSession(CONTEXT);
    expect(tokenRequests(sent)).toBe(2);
  });

  it('is dropped when a call is refused with 401; that call fails, the next one asks anew', async () => {
    let accepts = false;
    const answer = (request: HttpRequest): Answer => {
      if (isForToken(request)) return token();
      return accepts ? { body: CREATED } : { status: 401, body: {} };
    };
    const { adapter, sent } = adapterAnswered(answer);
    await expect(adapter.createSession(CONTEXT)).rejects.toEqual(refused('unauthorized'));
    expect(sent).toHaveLength(2);
    accepts = true;
    await adapter.createSession(CONTEXT);
    expect(tokenRequests(sent)).toBe(2);
    expect(sent[3]?.headers?.authorization).not.toBe(sent[1]?.headers?.authorization);
  });

  it.each([
    [401, 'unauthorized'],
    [429, 'rate_limited'],
    [503, 'unavailable'],
    [302, 'unintelligible'],
  ])('that is refused with %i: %s, and nothing is asked without one', async (status, code) => {
    const { adapter, sent } = adapterAnswered(() => ({ status, body: {} }));
    await expect(adapter.createSession(CONTEXT)).rejects.toEqual(refused(code));
    await expect(adapter.fetchResult(SESSION)).rejects.toEqual(refused(code));
    expect(sent.every(isForToken)).toBe(true);
  });

  it.each(['a.b', 'not a token', `${part({})}.${part({})}.x`, `x.${part([])}.x`, 'x.!!.x', ''])(
    'that says nothing of a host, %j, is not understood',
    async (text) => {
      const { adapter, sent } = adapterAnswered(() => ({ body: { access_token: text } }));
      await expect(adapter.createSession(CONTEXT)).rejects.toEqual(refused('unintelligible'));
      expect(sent).toHaveLength(1);
    },
  );

  it.each([
    'https://evil.example',
    'http://weu-api.au10tixservices.com',
    'https://weu-api.au10tixservices.com:8443',
    'https://weu-api.au10tixservices.com.evil.example',
    'https://evilau10tixservices.com',
    'https://au10tixservices.com',
    'https://weu-api.au10tixservices.com@evil.example',
    'https://user:word@weu-api.au10tixservices.com',
    'https://evil.example\\.au10tixservices.com',
    'https://evil.example#.au10tixservices.com',
    'https://evil.example?.au10tixservices.com',
    'https://weu-api.au10tixservices.com?x=1',
    'https://weu-api.au10tixservices.com\t',
    'https://169.254.169.254',
    'https://0xa9fea9fe',
    '//evil.example',
    'ftp://weu-api.au10tixservices.com',
    'https://weu-api.au10tixservicesstaging.com',
    '',
  ])('T109 T111 that leads to %j is never followed', async (apiUrl) => {
    const answer = (request: HttpRequest) => (isForToken(request) ? token({ apiUrl }) : { body: CREATED });
    const { adapter, sent } = adapterAnswered(answer);
    await expect(adapter.createSession(CONTEXT)).rejects.toEqual(refused('unintelligible'));
    expect(sent).toHaveLength(1);
  });

  it('T37 of production is not followed from the sandbox either, one of staging is', async () => {
    const environment = {
      AU10TIX_BASE_URL: 'https://weu-api.au10tixservicesstaging.com',
      AU10TIX_ENVIRONMENT: 'sandbox',
    };
    await expect(working(environment).adapter.createSession(CONTEXT)).rejects.toEqual(refused('unintelligible'));
    const apiUrl = 'https://eus-api.au10tixservicesstaging.com/';
    const link = { id: 'session-1', response: { securemeLink: 'https://secure-me.au10tixservicesstaging.com/app' } };
    const answer = (request: HttpRequest) => (isForToken(request) ? token({ apiUrl }) : { body: link });
    const { adapter, sent } = adapterAnswered(answer, environment);
    await adapter.createSession(CONTEXT);
    expect(sent[1]?.url).toMatch(/^https:\/\/eus-api\.au10tixservicesstaging\.com\/workflow\//);
  });

  it('may lead to the configured address, such as a gateway of one’s own', async () => {
    const gateway = 'https://gateway.bank.example/au10tix';
    const answer = (request: HttpRequest) => (isForToken(request) ? token({ apiUrl: gateway }) : { body: CREATED });
    const { adapter, sent } = adapterAnswered(answer, { AU10TIX_BASE_URL: gateway });
    await adapter.createSession(CONTEXT);
    expect(sent[1]?.url).toBe(`${gateway}/workflow/v1/workflows/person/Au10tix201`);
  });

  it('T109 does not lead to a foreign document engine', async () => {
    const bosUrl = 'https://bos.evil.example';
    const answer = (request: HttpRequest) => (isForToken(request) ? token({ bosUrl }) : { body: {} });
    const { adapter, sent } = adapterAnswered(answer, { AU10TIX_RESULT_API: 'bos' });
    await expect(adapter.fetchResult(SESSION)).rejects.toEqual(refused('unintelligible'));
    expect(sent).toHaveLength(1);
  });
});

describe('the session that was made', () => {
  const created = (body: Record<string, unknown>, environment: Record<string, string> = {}) =>
    adapterAnswered(friendly(body), environment).adapter.createSession(CONTEXT);
  const { response } = CREATED;

  it.each([{ id: 's-1' }, { sessionId: 's-1' }, { workflowId: 's-1' }, { id: 's-1', workflowId: 'Au10tix201' }])(
    'is named by %j',
    async (naming) => {
      expect((await created({ ...naming, response })).externalId).toBe('s-1');
    },
  );

  it.each([{}, { workflowId: 'Au10tix201' }, { workflowId: '201' }, { id: '' }, { id: 7 }, { id: '../x' }])(
    'T33 is not named by %j: a workflow’s name is everybody’s',
    async (naming) => {
      await expect(created({ ...naming, response })).rejects.toEqual(refused('unintelligible'));
    },
  );

  it.each([
    'https://evil.example/app.html',
    'http://secure-me.au10tixservices.com/',
    'https://secure-me.au10tixservices.com@evil.example/',
    'https://secure-me.au10tixservicesstaging.com/',
    'javascript:alert(1)',
    'https://evil.example\\.au10tixservices.com/',
    'https://secure-me.au10tixservices.com:8443/',
    '/app.html',
  ])('T111 sends nobody to %j', async (securemeLink) => {
    await expect(created({ id: 's-1', response: { securemeLink } })).rejects.toEqual(refused('unintelligible'));
  });

  it('may send people to a short link of a configured host', async () => {
    const short = { id: 's-1', response: { securemeLink: 'https://go.short.example/x' } };
    await expect(created(short)).rejects.toEqual(refused('unintelligible'));
    const { handoff } = await created(short, { AU10TIX_LINK_HOSTS: 'short.example' });
    expect(handoff).toEqual({ kind: 'redirect', url: 'https://go.short.example/x' });
  });
});

describe('the answer about a session', () => {
  const PASSED = {
    DocumentStatusReport2: { PrimaryProcessingResult: 0, ProcessingResultRemarks: [0] },
    ProcessingResult: { ForgeryTests: [{ TestResult: 'Authentic' }] },
  };
  const fetched = (extra: Record<string, unknown>, environment: Record<string, string>) => {
    const body = { verificationResults: { idv: { payload: { ProcessingReport: PASSED } } }, ...extra };
    return adapterAnswered(friendly(body), environment).adapter.fetchResult(SESSION);
  };
  const echo = {
    AU10TIX_REFERENCE_FIELD: 'workflowOptions.reference',
    AU10TIX_REFERENCE_RESULT_PATH: 'said.reference',
  };

  it.each([
    ['vs_1', undefined],
    ['vs_2', 'not_authentic'],
    ['vs_1 ', 'not_authentic'],
    ['VS_1', 'not_authentic'],
    ['', 'not_authentic'],
    [undefined, 'unintelligible'],
    [['vs_1'], 'unintelligible'],
  ])('T33 T41 with the reference %j: %s', async (reference, code) => {
    const answer = fetched({ said: { reference } }, echo);
    if (code) await expect(answer).rejects.toEqual(refused(code));
    else expect((await answer).status).toBe('completed');
  });

  it('T33 is bound to the id that it states, where that place is configured', async () => {
    const environment = { AU10TIX_EXTERNAL_ID_PATH: 'said.id' };
    const { binding } = await fetched({ said: { id: 'another-session' } }, environment);
    expect(binding).toEqual({ externalId: 'another-session' });
    await expect(fetched({}, environment)).rejects.toEqual(refused('unintelligible'));
  });

  it('T33 that names two of one thing names neither', async () => {
    const said = ['vs_1', 'vs_2', 'vs_1'].map((id) => ({ id, kind: id }));
    const by = (path: string) => ({ ...echo, AU10TIX_REFERENCE_RESULT_PATH: path });
    await expect(fetched({ said }, by('said[kind=vs_1].id'))).rejects.toEqual(refused('not_authentic'));
    expect((await fetched({ said }, by('said[0].id'))).status).toBe('completed');
    const environment = { AU10TIX_EXTERNAL_ID_PATH: 'said[kind=vs_1].id' };
    await expect(fetched({ said }, environment)).rejects.toEqual(refused('unintelligible'));
  });

  it('that is none yet by a configured word is waited for', async () => {
    const environment = { AU10TIX_PENDING_ANSWERS: 'status:InProgress|Queued' };
    await expect(fetched({ status: 'Queued' }, environment)).rejects.toEqual(refused('not_ready'));
    expect((await fetched({ status: 'Done' }, environment)).status).toBe('completed');
    const anyStep = { AU10TIX_PENDING_ANSWERS: 'steps[kind=check].status:Running' };
    const steps = ['Done', 'Running'].map((status) => ({ kind: 'check', status }));
    await expect(fetched({ steps }, anyStep)).rejects.toEqual(refused('not_ready'));
  });

  it.each([
    ['production', BASE, true],
    ['sandbox', 'https://gateway.bank.example', false],
  ])('T37 of %s at %s is live: %s', async (environment, url, live) => {
    const api = environment === 'production' ? API : url;
    const body = { verificationResults: { idv: { payload: { ProcessingReport: PASSED } } } };
    const answer = (request: HttpRequest) => (isForToken(request) ? token({ apiUrl: api }) : { body });
    const { adapter } = adapterAnswered(answer, { AU10TIX_BASE_URL: url, AU10TIX_ENVIRONMENT: environment });
    expect((await adapter.fetchResult(SESSION)).provenance.live).toBe(live);
  });
});
