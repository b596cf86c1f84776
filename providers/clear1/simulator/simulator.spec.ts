import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PushReceiver } from '../../kit/conformance/index.js';
import type { RunningSimulator, SimulatorOptions } from '../../kit/simulator/index.js';
import { simulator, type Clear1Credentials } from './index.js';

const CREDENTIALS = {
  apiKey: 'clear-key-for-the-spec',
  projectId: 'project_1',
  webhookTokens: ['token-for-the-spec'],
  webhookSecrets: ['secret-for-the-spec'],
};
const REFERENCE = 'vs_1';
const REQUEST = {
  project_id: 'project_1',
  redirect_url: 'http://localhost:3000/return?state=one',
  custom_fields: { regain_reference: REFERENCE, regain_nonce: 'nonce' },
};

let partner: RunningSimulator;
let receiver: PushReceiver;

async function start(options: Partial<SimulatorOptions<Clear1Credentials>> = {}): Promise<void> {
  await partner?.close();
  partner = await simulator.start({ credentials: CREDENTIALS, pushUrl: receiver.url, retryDelaysMs: [], ...options });
}

beforeEach(async () => {
  receiver = await PushReceiver.start();
  await start();
});
afterEach(async () => {
  await partner.close();
  await receiver.close();
});

async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(partner.baseUrl + path, {
    method,
    headers: { authorization: `Bearer ${CREDENTIALS.apiKey}`, 'content-type': 'application/json', ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

interface Opened {
  id: string;
  token: string;
}
const create = (changes: Record<string, unknown> = {}) =>
  call('POST', '/v1/verification_sessions', { ...REQUEST, ...changes });
const opened = async () => (await create()).body as unknown as Opened;
const read = async (id: string, query = '?reveal_sensitive_data=true') =>
  (await call('GET', `/v1/verification_sessions/${id}${query}`)).body;

describe('the API', () => {
  it.each([
    ['POST', '/v1/verification_sessions'],
    ['GET', '/v1/verification_sessions/verify_1'],
    ['GET', '/v1/verification_sessions/search'],
  ])('%s %s needs the key, and says so in CLEAR’s envelope', async (method, path) => {
    const body = method === 'POST' ? REQUEST : undefined;
    const refused = await call(method, path, body, { authorization: 'Bearer another' });
    expect(refused).toEqual({
      status: 401,
      body: expect.objectContaining({ error_type: 'unauthenticated', fields: [] }),
    });
  });

  it.each([
    [{ project_id: 'project_2' }],
    [{ project_id: undefined }],
    [{ redirect_url: 'javascript:alert(1)' }],
    [{ custom_fields: { regain_reference: 7 } }],
    [{ custom_fields: undefined }],
    [{ locale: 'de-AT' }],
    [{ idempotency_key: 'x' }],
  ])('refuses to create with %j', async (changes) => {
    expect((await create(changes)).status).toBe(400);
  });

  it('makes another session for every call', async () => {
    const [first, second] = [await opened(), await opened()];
    expect(first.id).toMatch(/^verify_/);
    expect(second.id).not.toBe(first.id);
    const { body } = await call('GET', `/v1/verification_sessions/search?custom_regain_reference=${REFERENCE}`);
    expect((body.verifications as Opened[]).map(({ id }) => id)).toEqual([first.id, second.id]);
    expect((await call('GET', '/v1/verification_sessions/search?custom_regain_reference=vs_2')).body).toMatchObject({
      verifications: [],
    });
  });

  it('keeps the document number back until it is asked for', async () => {
    const { id } = await opened();
    await partner.decide(REFERENCE, { scenario: 'pass', identity: { documentNumber: 'N1' } });
    const number = async (query: string) =>
      ((await read(id, query)).traits as { document: { document_number: string } }).document.document_number;
    expect([await number(''), await number('?reveal_sensitive_data=true')]).toEqual(['REDACTED', 'N1']);
  });

  it.each([
    ['pass', 'success'],
    ['review', 'success'],
    ['fail:face_match', 'fail'],
    ['fail:data_match', 'success'],
    ['failed', 'fail'],
    ['cancelled', 'canceled'],
    ['expired', 'expired'],
  ] as const)('%s reads as %s', async (scenario, status) => {
    const { id } = await opened();
    expect((await read(id)).status).toBe('awaiting_user_input');
    await partner.decide(REFERENCE, { scenario });
    expect((await read(id)).status).toBe(status);
  });

  it('late is CLEAR’s own review, and outlives the session', async () => {
    let now = new Date('2025-11-22T10:00:00Z');
    await start({ now: () => now, sessionTtlSeconds: 60 });
    const { id } = await opened();
    await partner.setScenario(REFERENCE, { scenario: 'late' });
    now = new Date('2025-11-23T10:00:00Z');
    expect((await read(id)).status).toBe('awaiting_manual_review');
    await partner.decide(REFERENCE, { scenario: 'late' });
    expect((await read(id)).status).toBe('manual_success');
  });

  it('has control calls only for whoever started it with a key for them', async () => {
    expect((await call('GET', '/control/sessions')).status).toBe(404);
    await start({ controlKey: CREDENTIALS.apiKey });
    expect((await call('GET', '/control/sessions')).status).toBe(200);
  });
});

describe('events', () => {
  it('carry both proofs and a session’s id', async () => {
    const { id } = await opened();
    await partner.decide(REFERENCE, { scenario: 'pass' });
    expect(await receiver.anotherAfter(0, 10_000)).toBe(true);
    const { headers, body } = receiver.pushes[0] ?? { headers: {}, body: new Uint8Array() };
    expect(headers.authorization).toBe('Bearer token-for-the-spec');
    expect(headers['x-clear-hmac-sha256']).toBe(createHmac('sha256', 'secret-for-the-spec').update(body).digest('hex'));
    expect(JSON.parse(Buffer.from(body).toString())).toEqual({
      event_id: expect.stringMatching(/^event_/),
      event_type: 'event_verification_session_completed_v1',
      object_name: 'event',
      created_at: expect.any(Number),
      data: { verification_session_id: id },
    });
  });
});

describe('the person’s page', () => {
  const page = async () => `${partner.baseUrl}/verify?token=${(await opened()).token}`;

  it('is for whoever has the token, and settles once', async () => {
    const url = await page();
    const html = await (await fetch(url)).text();
    expect(html).toContain('This is a simulator.');
    expect(html).not.toContain('<script');
    const press = (decision: string) =>
      fetch(url, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ decision }) });
    expect((await press('approve')).status).toBe(400);
    const response = await press('fail:face_match');
    expect([response.status, response.headers.get('location')]).toEqual([303, REQUEST.redirect_url]);
    await press('pass');
    const { body } = await call('GET', '/v1/verification_sessions/search');
    expect((body.verifications as { status: string }[])[0]?.status).toBe('fail');
    expect(await (await fetch(url)).text()).toContain('This verification has ended');
  });

  it('knows nobody by another token, nor by the session’s id', async () => {
    const { id } = await opened();
    for (const token of ['', 'x', id])
      expect((await fetch(`${partner.baseUrl}/verify?token=${token}`)).status).toBe(404);
  });
});

describe('what an adapter is told', () => {
  it('keeps given variables, and the sandbox shows in the key', () => {
    const given = { CLEAR1_API_KEY: 'sandbox_1234567890', CLEAR1_VERIFY_URL: 'http://partner.example/verify' };
    const environment = simulator.environment('http://127.0.0.1:9', simulator.credentials(given));
    expect(environment).toMatchObject({
      ...given,
      CLEAR1_ENVIRONMENT: 'sandbox',
      CLEAR1_API_URL: 'http://127.0.0.1:9/v1',
    });
  });
});
