import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HttpClient, type Answer } from '../../scripts/harness/http-client.js';
import { startService, type TestService } from '../support/service.js';
import { rawBytes, rawRequest } from './raw-request.js';

let service: TestService;
let desk: HttpClient;
let reviewer: HttpClient;

beforeAll(async () => {
  service = await startService({ env: { RATE_LIMIT_SCALE: '10000' } });
  desk = new HttpClient({ baseUrl: service.url, bearer: service.ready.apiKey });
  const accessToken = await service.trial.signIn({ sub: 'reviewer', roles: ['reviewer'] });
  reviewer = new HttpClient({ baseUrl: service.url, bearer: accessToken });
});
afterAll(() => service?.end());

const anybody = (): HttpClient => new HttpClient({ baseUrl: service.url, origin: service.url });

/** An answer without what differs by nature: the date and the id of the request. */
function canonical(answer: Answer): string {
  const headers = [...answer.headers].filter(([name]) => name !== 'date').map(([name, value]) => `${name}: ${value}`);
  const text = answer.text.replaceAll(/urn:regain:request:[\w-]+/g, 'urn:regain:request:…');
  return [answer.status, ...headers.sort(), text].join('\n');
}

describe('how much a body may weigh', () => {
  const padded = (bytes: number) => ({ login: 'x', padding: 'x'.repeat(bytes) });

  it.each([
    [1.5, 401],
    [3, 413],
  ])('a delivery of %d MiB: %i, because a wallet’s callback may carry a photo', async (megabytes, status) => {
    const answer = await anybody().post('/v1/webhooks/sandbox', padded(megabytes * 1024 * 1024));
    expect(answer.status).toBe(status);
  });

  it('anything else of 300 KiB: 413', async () => {
    expect((await anybody().post('/v1/recovery-requests', padded(300 * 1024))).status).toBe(413);
  });
});

describe('the switch of a provider (T45)', () => {
  const change = (who: HttpClient, json: unknown) => who.send('PATCH', '/v1/providers/sandbox', { json });

  it('a machine may turn it off, and only two people on again', async () => {
    const signedIn = async (sub: string): Promise<HttpClient> => {
      const bearer = await service.trial.signIn({ sub, roles: ['operator'] });
      return new HttpClient({ baseUrl: service.url, bearer });
    };
    const [operator, second] = [await signedIn('operator'), await signedIn('operator.two')];
    expect((await change(desk, { disabled: { reason: 'it approves everybody' } })).status).toBe(200);
    const refused = await change(desk, { disabled: null });
    expect([refused.status, refused.code]).toEqual([403, 'person_required']);
    expect((await change(reviewer, { disabled: null })).status).toBe(403);
    const asked = await change(operator, { disabled: null });
    expect([asked.status, asked.json<{ control: object }>().control]).toMatchObject([
      200,
      { disabled: {}, awaitsSecondPerson: ['disabled'] },
    ]);
    const done = await change(second, { disabled: null });
    expect([done.status, done.json<{ control: object }>().control]).toMatchObject([200, { disabled: null }]);
  });
});

describe('asking for a recovery (T1)', () => {
  it('gives the same bytes and headers for known, unknown, disabled, unproofed and busy accounts', async () => {
    await service.desk.openCase({ login: 'demo.bea' });
    const logins = [
      'demo.ana',
      'nobody.at.all',
      'demo.disabled',
      'demo.unproofed',
      'demo.bea',
      'DEMO.ANA',
      ' not a login ',
      'x'.repeat(255),
    ];
    const answers = new Set<string>();
    for (let round = 0; round < 25; round += 1) {
      for (const login of logins)
        answers.add(canonical((await anybody().post('/v1/recovery-requests', { login })).expect(202)));
    }
    expect(answers.size).toBe(1);
  });

  it.each([
    ['a list', '{"login":["demo.ana","attacker@example.com"]}'],
    ['an object', '{"login":{"$ne":1}}'],
    ['two members', '{"login":"demo.ana","login":"attacker@example.com"}'],
    ['an address besides', '{"login":"demo.ana","email":"attacker@example.com"}'],
    ['a form', 'login[]=demo.ana&login[]=attacker'],
  ])('with %s is refused (T4)', async (_name, body) => {
    const answer = await anybody().send('POST', '/v1/recovery-requests', {
      body: { bytes: Buffer.from(body), type: 'application/json' },
    });
    expect(answer.status).toBe(400);
  });
});

describe('lists', () => {
  it('page alike, and refuse what they do not know', async () => {
    const { data: policies } = (await desk.get('/v1/policies')).expect(200).json<{ data: { id: string }[] }>();
    const lists = [
      ['/v1/recovery-cases', ''],
      ['/v1/policies', ''],
      [`/v1/policies/${policies[0]?.id}/rehearsals`, ''],
      ['/v1/policy-changes', ''],
      ['/v1/providers', ''],
      ['/v1/subjects', '&login=demo.ana'],
    ] as const;
    for (const [path, more] of lists) {
      const page = (await desk.get(`${path}?limit=10${more}`)).expect(200).json<Record<string, unknown>>();
      expect([path, Object.keys(page).sort()]).toEqual([path, ['data', 'nextCursor']]);
      for (const query of ['limit=x', 'limit=0', 'limit=101', 'limit=1e1', 'limit=%2B1', 'unknown=1'])
        expect([path, query, (await desk.get(`${path}?${query}${more}`)).status]).toEqual([path, query, 400]);
    }
  });

  it('refuse a cursor that is none of theirs, instead of ending there', async () => {
    const ofProviders = (await desk.get('/v1/providers?limit=1')).json<{ nextCursor: string }>().nextCursor;
    for (const path of ['/v1/recovery-cases', '/v1/reviews', '/v1/policies', '/v1/policy-changes', '/v1/providers'])
      for (const cursor of ['abc', 'rc_0', ...(path === '/v1/providers' ? [] : [ofProviders])]) {
        const answer = await desk.get(`${path}?cursor=${cursor}`);
        expect([path, cursor, answer.status]).toEqual([path, cursor, 400]);
        expect(answer.json()).toMatchObject({ code: 'invalid_request', errors: [{ pointer: '/cursor' }] });
      }
  });

  it('of one case go on in that case, and in no other', async () => {
    // The one that was opened above.
    const { data } = (await desk.get('/v1/recovery-cases?limit=1')).json<{ data: { id: string }[] }>();
    const timeline = `/v1/recovery-cases/${data[0]?.id}/timeline`;
    const first = (await desk.get(`${timeline}?limit=1`)).json<{ data: { seq: number }[]; nextCursor: string }>();
    const second = (await desk.get(`${timeline}?limit=1&cursor=${first.nextCursor}`)).json<typeof first>();
    expect([...first.data, ...second.data].map(({ seq }) => seq)).toEqual([1, 2]);
    const ofAnother = Buffer.from('timeline:rc_another.1').toString('base64url');
    expect((await desk.get(`${timeline}?cursor=${ofAnother}`)).code).toBe('invalid_request');
  });

  it('go on where the last page ended', async () => {
    const ids: string[] = [];
    let cursor = '';
    do {
      const address = `/v1/providers?limit=1${cursor && `&cursor=${cursor}`}`;
      const page = (await desk.get(address)).expect(200).json<{ data: { id: string }[]; nextCursor: string | null }>();
      ids.push(...page.data.map(({ id }) => id));
      cursor = page.nextCursor ?? '';
    } while (cursor);
    const all = (await desk.get('/v1/providers')).json<{ data: { id: string }[] }>();
    expect(ids).toEqual(all.data.map(({ id }) => id));
    expect(ids.length).toBeGreaterThan(1);
  });
});

describe('a page that an app shows in a browser of its own', () => {
  const app = { 'user-agent': 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Mobile/22B83 Instagram 353.0' };

  it('offers no start, and a start that is sent all the same uses nothing up', async () => {
    const { pathname } = new URL(await service.trial.recoveryLink('ana@example.test'));
    expect((await anybody().get(pathname, { headers: app })).text).not.toContain('action="/flow/start"');
    const form = `linkToken=${pathname.split('/').pop()}`;
    const body = { bytes: Buffer.from(form), type: 'application/x-www-form-urlencoded' };
    const sent = await anybody().send('POST', '/flow/start', { headers: app, body });
    expect([sent.status, sent.headers.get('location')]).toEqual([200, null]);
    expect((await anybody().send('POST', '/flow/start', { body })).headers.get('location')).toBe('/flow');
  });
});

describe('an address that a form led to, or a partner', () => {
  it.each(['start', 'not-me', 'submit', 'stop'])('/flow/%s, asked for again, leads to the flow', async (form) => {
    const answer = await anybody().get(`/flow/${form}?lang=de`);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/flow?lang=de']);
  });

  it.each(['/recover', '/console', '/console/cases', '/flow', '/docs/errors'])(
    '%s, typed with a slash behind it, leads to the page, and no other address to another site',
    async (page) => {
      const answer = await anybody().get(`${page}/?lang=de`);
      expect([answer.status, answer.headers.get('location')]).toEqual([308, `${page}?lang=de`]);
      const bent = await rawRequest(`${service.url}//evil.example${page}/`, {});
      expect([bent.status, bent.headers.location]).toEqual([404, undefined]);
    },
  );

  it('leads a person whose session has ended to a page, and tells anybody else', async () => {
    const address = '/v1/providers/sandbox/return?state=x';
    const page = await anybody().get(address, { headers: { accept: 'text/html' } });
    expect([page.status, page.headers.get('location')]).toEqual([303, '/flow']);
    expect((await anybody().get(address)).code).toBe('flow_ended');
  });
});

describe('what is not there', () => {
  const UNKNOWN = [
    'rc_00000000000000000000000000',
    'x',
    '../etc',
    '%00',
    'x'.repeat(64),
    'x'.repeat(65),
    'x'.repeat(400),
  ];
  const ROUTES = [
    '/v1/recovery-cases/ID',
    '/v1/recovery-cases/ID/timeline',
    '/v1/subjects/ID',
    '/v1/policies/ID',
    '/v1/reviews/ID',
  ];

  it('answers with the same bytes for every kind of id, and for routes that do not exist (T51)', async () => {
    const answers = new Set<string>();
    for (const route of [...ROUTES, '/v1/nothing/ID', '/nothing/ID']) {
      // Reviews are a person's, never a key's.
      const caller = route.startsWith('/v1/reviews') ? reviewer : desk;
      for (const id of UNKNOWN)
        answers.add(canonical((await caller.get(route.replace('ID', encodeURIComponent(id)))).expect(404)));
    }
    expect([...answers]).toHaveLength(1);
  });

  it('is a page for somebody who navigates, in their language, and the same whatever it was (T51)', async () => {
    const open = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
      fetch(`${service.url}${path}`, { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8', ...headers } });
    const bodies = new Set<string>();
    for (const path of ['/nothing', '/flow/nothing', '/r', '/admin', '/%00', '/%', '/v1nothing', '/metrics']) {
      const answer = await open(path);
      expect([path, answer.status, answer.headers.get('content-type')]).toEqual([
        path,
        404,
        'text/html; charset=utf-8',
      ]);
      expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
      bodies.add(await answer.text());
    }
    expect([...bodies]).toHaveLength(1);
    const german = await open('/nothing', { 'accept-language': 'de' });
    expect(await german.text()).toContain('<html lang="de"');
    for (const [path, accept] of [
      ['/v1/nothing', 'text/html'],
      ['/v1', 'text/html'],
      ['/nothing', '*/*'],
      ['/nothing', 'text/html;q=0'],
    ] as const) {
      const answer = await open(path, { accept });
      expect([path, answer.status, answer.headers.get('content-type')]).toEqual([
        path,
        404,
        'application/problem+json; charset=utf-8',
      ]);
    }
  });

  it('is on the public port: health, metrics, documents, queues and everything of the trial (T113)', async () => {
    const paths = [
      '/metrics',
      '/health',
      '/health/live',
      '/health/ready',
      '/dev/mail',
      '/dev/identities',
      '/dev/jwks.json',
      '/dev/fixtures/demo.ana/selfie',
    ];
    const guesses = [
      '/docs',
      '/docs-json',
      '/api',
      '/api-json',
      '/swagger',
      '/openapi.yaml',
      '/queues',
      '/admin',
      '/admin/queues',
      '/bull',
      '/.env',
      '/package.json',
      '/.git/config',
      '/server-status',
    ];
    for (const path of [...paths, ...guesses]) {
      for (const bearer of [service.ready.adminToken, service.ready.apiKey, undefined]) {
        const answer = await new HttpClient({ baseUrl: service.url, bearer }).get(path);
        expect([path, answer.status]).toEqual([path, 404]);
      }
    }
  });

  it('is behind the operators’ token on the other port', async () => {
    for (const path of ['/metrics', '/dev/mail', '/dev/fixtures/demo.ana/selfie']) {
      for (const bearer of [
        undefined,
        '',
        service.ready.apiKey,
        `${service.ready.adminToken}x`,
        service.ready.adminToken.slice(1),
      ]) {
        const answer = await new HttpClient({ baseUrl: service.ready.adminUrl, bearer }).get(path);
        expect([path, answer.status]).toEqual([path, 401]);
      }
    }
  });
});

describe('headers (T23)', () => {
  const PAGES = ['/', '/recover', '/flow', '/r/x', '/notices/x'];
  const CALLS = [
    '/v1/flow',
    '/v1/session',
    '/v1/recovery-cases',
    '/v1/recovery-cases/x',
    '/v1/nothing',
    '/nothing',
    '/v1/audit-events/export',
    '/%',
  ];

  it.each([...PAGES, ...CALLS])('%s: not kept by anybody, not framed, not sniffed, not named', async (path) => {
    const { headers } = path.startsWith('/v1/') ? await desk.get(path) : await anybody().get(path);
    const policy = headers.get('content-security-policy') ?? '';
    expect(headers.get('cache-control')).toMatch(/\bno-store\b/);
    expect(policy).toMatch(/default-src 'none'/);
    expect(policy).toMatch(/frame-ancestors 'none'/);
    expect(policy).not.toMatch(/unsafe-inline|unsafe-eval|\*|data:/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('referrer-policy')).toBe('same-origin');
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect([headers.get('server'), headers.get('x-powered-by'), headers.get('access-control-allow-origin')]).toEqual([
      null,
      null,
      null,
    ]);
  });

  it('a delivery’s answer, which no browser reads: not kept, not framed, not sniffed, and no word more', async () => {
    const { status, headers } = await anybody().post('/v1/webhooks/sandbox', { sessionId: 'x' });
    const said = (name: string): string | null => headers.get(name);
    expect([status, said('cache-control'), said('x-content-type-options'), said('x-frame-options')]).toEqual([
      401,
      'no-store',
      'nosniff',
      'DENY',
    ]);
    expect(said('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    expect([said('permissions-policy'), said('cross-origin-opener-policy')]).toEqual([null, null]);
  });

  it('no page loads anything from another host', async () => {
    for (const path of PAGES) {
      const sources = [...(await anybody().get(path)).text.matchAll(/(?:src|href|action)="(https?:\/\/[^"]+)"/g)].map(
        ([, url = '']) => new URL(url).origin,
      );
      expect(sources.filter((origin) => origin !== new URL(service.url).origin)).toEqual([]);
    }
  });
});

describe('poisoned host headers (T7)', () => {
  const EVIL = 'evil.example.com';
  const VARIANTS: Record<string, string>[] = [
    { Host: EVIL },
    { Host: `${EVIL}:80` },
    { Host: `localhost@${EVIL}` },
    { Host: `localhost:1@${EVIL}` },
    { 'X-Forwarded-Host': EVIL },
    { 'X-Forwarded-Host': `localhost, ${EVIL}` },
    { 'X-Host': EVIL },
    { 'X-Forwarded-Server': EVIL },
    { 'X-Original-URL': `https://${EVIL}/` },
    { Forwarded: `for=1.2.3.4;host=${EVIL};proto=https` },
    { 'X-Forwarded-Proto': 'https', 'X-Forwarded-Port': '444', 'X-Forwarded-Prefix': `//${EVIL}` },
  ];

  it.each(VARIANTS)('%j leaves no mark on a mailed or relayed link', async (variant) => {
    const subjectId = await service.desk.subjectId('demo.bea');
    await service.desk.cancelOpenCases(subjectId);
    const earlier = await service.trial.recoveryLinks('bea@example.test');
    const headers = { ...variant, authorization: `Bearer ${service.ready.apiKey}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ subject: { id: subjectId }, delivery: { channel: 'relay' }, reason: 'x' });
    const relayed = await rawRequest(`${service.url}/v1/recovery-cases`, { method: 'POST', headers, body });
    expect([relayed.status, relayed.body.includes(EVIL)]).toEqual([201, false]);
    expect((JSON.parse(relayed.body) as { link: string }).link.startsWith(`${service.url}/r/`)).toBe(true);
    await service.desk.cancelOpenCases(subjectId);
    const self = await rawRequest(`${service.url}/v1/recovery-requests`, {
      method: 'POST',
      headers: { ...variant, 'content-type': 'application/json' },
      body: '{"login":"demo.bea"}',
    });
    expect(self.status).toBe(202);
    expect((await service.trial.recoveryLink('bea@example.test', earlier)).startsWith(`${service.url}/r/`)).toBe(true);
    const pages = await Promise.all(
      ['/recover', '/flow', '/r/x'].map((path) => rawRequest(service.url + path, { headers: variant })),
    );
    expect(pages.filter((page) => JSON.stringify(page).includes(EVIL))).toEqual([]);
  });

  it('no host is refused, and a second one is not listened to', async () => {
    const lines = ['POST /v1/recovery-requests HTTP/1.1', 'content-type: application/json', 'content-length: 20'];
    const send = (...hosts: string[]): Promise<string> =>
      rawBytes(service.url, `${[...lines, 'connection: close', ...hosts].join('\r\n')}\r\n\r\n{"login":"demo.ana"}`);
    expect(await send()).toMatch(/^HTTP\/1\.1 400/);
    await send('host: localhost', `host: ${EVIL}`);
    await send(`host: ${EVIL}`, 'host: localhost');
    expect((await service.trial.recoveryLink('ana@example.test')).startsWith(`${service.url}/r/`)).toBe(true);
  });
});

describe('bytes that are not a proper request (T93)', () => {
  const HOST = 'Host: localhost\r\n';
  const BODY = '{"login":"x"}';
  it.each([
    [
      'two lengths',
      `POST /v1/recovery-requests HTTP/1.1\r\n${HOST}Content-Length: 13\r\nContent-Length: 5\r\n\r\n${BODY}`,
    ],
    [
      'length and chunks',
      `POST /v1/recovery-requests HTTP/1.1\r\n${HOST}Content-Length: 13\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    ['an odd encoding', `POST /v1/recovery-requests HTTP/1.1\r\n${HOST}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`],
    ['a bad chunk', `POST /v1/recovery-requests HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n`],
    ['a space before the colon', `GET /recover HTTP/1.1\r\nHost : localhost\r\n\r\n`],
    ['a folded header', `GET /recover HTTP/1.1\r\n${HOST}X: a\r\n b\r\n\r\n`],
    ['a bare line feed', `GET /recover HTTP/1.1\nHost: localhost\n\n`],
    ['a NUL', `GET /rec\u0000over HTTP/1.1\r\n${HOST}\r\n`],
    ['another protocol', `GET /recover HTTP/9.9\r\n${HOST}\r\n`],
    ['no protocol', `GET /recover\r\n\r\n`],
    ['a huge header', `GET /recover HTTP/1.1\r\n${HOST}X: ${'x'.repeat(100_000)}\r\n\r\n`],
    ['a method of its own', `BREW /recover HTTP/1.1\r\n${HOST}\r\n`],
    ['TLS', '\u0016\u0003\u0001\u0002\u0000\u0001\u0000'],
    ['an absolute target', `GET http://evil.example.com/recover HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`],
  ])('%s: no 5xx, and the service goes on', async (_name, bytes) => {
    expect(await rawBytes(service.url, bytes)).not.toMatch(/^HTTP\/1\.1 5/);
    expect((await anybody().get('/recover')).status).toBe(200);
  });

  it.each(['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])(
    '%s where only POST is offered changes nothing',
    async (method) => {
      const override = { 'x-http-method-override': 'POST', 'x-method-override': 'POST' };
      const answer = await anybody().send(method, '/v1/recovery-requests?_method=POST', { headers: override });
      expect([404, 405]).toContain(answer.status);
    },
  );
});

describe('afterwards', () => {
  it('nothing of it is an error of ours', () => {
    expect(service.errorLines()).toEqual([]);
  });
});
