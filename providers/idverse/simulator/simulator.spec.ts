import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PushReceiver } from '../../kit/conformance/index.js';
import type { RunningSimulator, SimulatorOptions } from '../../kit/simulator/index.js';
import { simulator, type IdverseCredentials } from './index.js';

const CREDENTIALS = simulator.credentials({
  IDVERSE_API_KEY: 'idverse-key-for-the-spec',
  IDVERSE_WEBHOOK_SECRET: 'secret-for-the-spec',
});

let partner: RunningSimulator;
let receiver: PushReceiver;

async function start(options: Partial<SimulatorOptions<IdverseCredentials>> = {}): Promise<void> {
  await partner?.close();
  partner = await simulator.start({ credentials: CREDENTIALS, retryDelaysMs: [], ...options });
}

beforeEach(async () => {
  receiver = await PushReceiver.start();
  await start();
});
afterEach(async () => {
  await partner.close();
  await receiver.close();
});

const request = (changes: Record<string, unknown> = {}) => ({
  name: 'Identity check',
  reference: 'vs_1.nonce',
  flow_type: 'NORMAL2',
  redirect_url_success: 'http://localhost:3000/return?state=one',
  redirect_url_exit: 'http://localhost:3000/return?state=one&exit=1',
  notifications: {
    complete: [{ type: 'https', url: receiver.url, auth_header_name: 'x-key', auth_header_value: 'secret' }],
  },
  ...changes,
});

async function askToken(query = 'grant_type=client_credentials&scope=transactions/get', headers = {}) {
  const response = await fetch(`${partner.baseUrl}/oauth2/token?${query}`, {
    method: 'POST',
    headers: {
      authorization: 'Basic idverse-key-for-the-spec',
      'content-type': 'application/x-www-form-urlencoded',
      ...headers,
    },
  });
  return { status: response.status, body: (await response.json()) as { access_token: string } };
}

async function call(method: string, path: string, options: { body?: unknown; token?: string } = {}) {
  const token = options.token ?? (await askToken()).body.access_token;
  const response = await fetch(partner.baseUrl + path, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: options.body === undefined ? undefined : JSON.stringify(options.body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function opened(changes: Record<string, unknown> = {}) {
  const { status, body } = await call('POST', '/v1/transactions', { body: request(changes) });
  expect(status).toBe(200);
  return { id: String(body.transaction_id), page: partner.baseUrl + new URL(String(body.url)).pathname };
}
const read = async (id: string) => (await call('GET', `/v1/transactions/${id}/json`)).body;

describe('the API', () => {
  it('gives tokens to the key alone, for the scope alone', async () => {
    expect((await askToken()).status).toBe(200);
    expect((await askToken(undefined, { authorization: 'Basic another' })).status).toBe(401);
    expect((await askToken(undefined, { authorization: 'Bearer idverse-key-for-the-spec' })).status).toBe(401);
    expect((await askToken('grant_type=client_credentials')).status).toBe(400);
    expect((await askToken('grant_type=password&scope=transactions/get')).status).toBe(400);
    expect((await askToken(undefined, { 'content-type': 'application/json' })).status).toBe(400);
  });

  it('knows a token for an hour, and refuses others in its own envelope', async () => {
    let now = new Date('2025-11-22T10:00:00Z');
    await start({ now: () => now });
    const token = (await askToken()).body.access_token;
    expect((await call('POST', '/v1/transactions', { body: request(), token })).status).toBe(200);
    now = new Date('2025-11-22T11:00:00Z');
    const refused = await call('POST', '/v1/transactions', { body: request(), token });
    expect(refused).toEqual({ status: 401, body: { error_message: 'Unauthenticated.' } });
  });

  it.each([
    [{ reference: '' }],
    [{ name: undefined }],
    [{ flow_type: 7 }],
    [{ redirect_url_success: 'javascript:alert(1)' }],
    [{ redirect_url_exit: undefined }],
    [{ notifications: undefined }],
    [
      {
        notifications: {
          complete: [{ type: 'email', url: 'http://x', auth_header_name: 'a', auth_header_value: 'b' }],
        },
      },
    ],
    [{ notifications: { complete: [{ type: 'https', url: 'http://x' }] } }],
  ])('refuses to create with %j', async (changes) => {
    expect((await call('POST', '/v1/transactions', { body: request(changes) })).status).toBe(400);
  });

  it.each([
    ['pass', 'COMPLETE', 'PASSED'],
    ['review', 'COMPLETE', 'FLAGGED'],
    ['fail:face_match', 'COMPLETE', 'FLAGGED'],
    ['fail:data_match', 'COMPLETE', 'PASSED'],
    ['failed', 'ABANDONED', undefined],
    ['cancelled', 'CANCELLED', undefined],
    ['expired', 'EXPIRED', undefined],
  ] as const)('%s reads as %s, and as a whole %s', async (scenario, status, overall) => {
    const { id } = await opened();
    expect((await read(id)).status).toBe('PENDING');
    await partner.decide('vs_1', { scenario });
    const { results, ...rest } = (await read(id)) as { results?: { overall: string }; status: string };
    expect([rest.status, results?.overall]).toEqual([status, overall]);
  });

  it('repeats the reference, and works by itself as SUBMITTED', async () => {
    await partner.setScenario('vs_1', { scenario: 'pass', delaySeconds: 3600 });
    const { id } = await opened();
    expect(await read(id)).toMatchObject({ transaction_id: id, reference: 'vs_1.nonce', status: 'SUBMITTED' });
  });
});

describe('notifications', () => {
  it('are a form under the header that was asked for', async () => {
    const { id } = await opened();
    await partner.decide('vs_1', { scenario: 'pass' });
    expect(await receiver.anotherAfter(0, 10_000)).toBe(true);
    const { headers, body } = receiver.pushes[0] ?? { headers: {}, body: new Uint8Array() };
    expect(headers).toMatchObject({ 'x-key': 'secret', 'content-type': 'application/x-www-form-urlencoded' });
    expect(Buffer.from(body).toString()).toBe(`status=COMPLETED&transaction_id=${id}`);
  });
});

describe('the person’s page', () => {
  const press = (page: string, decision: string) =>
    fetch(page, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ decision }) });

  it.each([
    ['pass', 'http://localhost:3000/return?state=one'],
    ['cancelled', 'http://localhost:3000/return?state=one&exit=1'],
  ])('%s leads back to %s, and settles once', async (decision, location) => {
    const { id, page } = await opened();
    const html = await (await fetch(page)).text();
    expect(html).toContain('This is a simulator.');
    expect(html).not.toContain('<script');
    expect((await press(page, 'approve')).status).toBe(400);
    const response = await press(page, decision);
    expect([response.status, response.headers.get('location')]).toEqual([303, location]);
    const { status } = await read(id);
    await press(page, 'fail:face_match');
    expect((await read(id)).status).toBe(status);
    expect(await (await fetch(page)).text()).toContain('This verification has ended');
  });

  it('knows nobody by another link, nor by the transaction’s id', async () => {
    const { id } = await opened();
    for (const path of [`/${id}`, '/01FX6X3YH457RNDE0G2WMBGLOE'])
      expect((await fetch(partner.baseUrl + path)).status).toBe(404);
  });
});
