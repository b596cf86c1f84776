import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PushReceiver } from '../../kit/conformance/index.js';
import type { RunningSimulator, Scenario, SimulatorOptions } from '../../kit/simulator/index.js';
import { simulator, type SandboxCredentials } from './index.js';

const KEY = 'sandbox-key-for-the-spec';
const CREDENTIALS = simulator.credentials({
  SANDBOX_API_KEY: KEY,
  SANDBOX_WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
});
const REFERENCE = 'vs_1';
const DEADLINE_MS = 10_000;

let partner: RunningSimulator;
let receiver: PushReceiver;

async function start(options: Partial<SimulatorOptions<SandboxCredentials>> = {}): Promise<void> {
  await partner?.close();
  partner = await simulator.start({ credentials: CREDENTIALS, ...options });
}

beforeEach(async () => {
  receiver = await PushReceiver.start();
  await start();
});
afterEach(async () => {
  await partner.close();
  await receiver.close();
});

async function call(method: string, path: string, body?: unknown, key = KEY) {
  const response = await fetch(partner.baseUrl + path, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, type: response.headers.get('content-type'), text };
}

const create = (changes: Record<string, string> = {}) =>
  call('POST', '/v1/sessions', {
    reference: REFERENCE,
    nonce: 'nonce',
    returnUrl: 'http://localhost:3000/return?state=one',
    webhookUrl: receiver.url,
    language: 'en',
    ...changes,
  });

async function createdId(changes: Record<string, string> = {}): Promise<string> {
  const { status, text } = await create(changes);
  expect(status).toBe(201);
  return (JSON.parse(text) as { sessionId: string }).sessionId;
}

async function read(id: string): Promise<Record<string, unknown>> {
  return JSON.parse((await call('GET', `/v1/sessions/${id}`)).text) as Record<string, unknown>;
}

async function pushes(count: number) {
  for (let seen = 0; seen < count; seen += 1) expect(await receiver.anotherAfter(seen, DEADLINE_MS)).toBe(true);
  return receiver.pushes.slice(0, count).map(({ headers, body }) => ({
    deliveryId: headers['webhook-id'],
    ...(JSON.parse(Buffer.from(body).toString()) as { sessionId: string; status: string }),
  }));
}

describe('the partner’s API', () => {
  it.each([
    ['POST', '/v1/sessions'],
    ['GET', '/v1/sessions/sbx_x'],
    ['DELETE', '/v1/sessions/sbx_x'],
    ['GET', '/v1/health'],
    ['POST', '/control/scenarios'],
    ['POST', '/control/decisions'],
  ])('%s %s needs the key', async (method, path) => {
    expect((await call(method, path, method === 'POST' ? {} : undefined, 'another-key')).status).toBe(401);
  });

  it('gives the same session for the same reference, and none for another nonce', async () => {
    const id = await createdId();
    const again = await create();
    expect([again.status, JSON.parse(again.text)]).toEqual([200, expect.objectContaining({ sessionId: id })]);
    expect((await create({ nonce: 'other' })).status).toBe(409);
  });

  it.each([
    ['returnUrl', 'javascript:alert(1)'],
    ['webhookUrl', 'file:///etc/passwd'],
    ['reference', ''],
    ['nonce', ''],
  ])('refuses to create with %s=%j', async (name, value) => {
    expect((await create({ [name]: value })).status).toBe(400);
  });

  it('forgets a deleted session and its person', async () => {
    const id = await createdId();
    await partner.decide(REFERENCE, { scenario: 'pass' });
    expect((await call('DELETE', `/v1/sessions/${id}`)).status).toBe(204);
    expect((await call('GET', `/v1/sessions/${id}`)).status).toBe(404);
    expect((await fetch(`${partner.baseUrl}/verify/${id}`)).status).toBe(404);
  });

  it('lets an open session expire', async () => {
    let now = new Date('2025-11-22T10:00:00Z');
    await start({ now: () => now, sessionTtlSeconds: 60 });
    const id = await createdId();
    expect(await read(id)).toMatchObject({ status: 'waiting' });
    now = new Date('2025-11-22T10:01:00Z');
    expect(await read(id)).toMatchObject({ status: 'expired' });
  });

  it('says live unless it was started as a test environment', async () => {
    expect(await read(await createdId())).toMatchObject({ environment: 'live' });
    await start({ credentials: { ...CREDENTIALS, environment: 'test' } });
    expect(await read(await createdId())).toMatchObject({ environment: 'test' });
  });
});

describe('scenarios', () => {
  const set = (body: Record<string, unknown>) => call('POST', '/control/scenarios', body);

  it('decide by themselves, in order: for the reference, by the host, by default', async () => {
    await start({ scenarioFor: async (reference) => (reference === 'vs_host' ? { scenario: 'review' } : undefined) });
    partner.setDefaultScenario({ scenario: 'pass' });
    await set({ reference: 'vs_own', scenario: 'fail:face_match' });
    const ids = [];
    for (const reference of ['vs_own', 'vs_host', 'vs_any']) ids.push(await createdId({ reference }));
    const statuses = await pushes(3);
    expect(new Set(statuses.map(({ sessionId }) => sessionId))).toEqual(new Set(ids));
    expect((await read(ids[0] as string)).checks).toContainEqual({
      name: 'face.document',
      outcome: 'refused',
      reason: 'other_person',
    });
    expect((await read(ids[1] as string)).status).toBe('undecided');
    expect((await read(ids[2] as string)).status).toBe('completed');
  });

  it('set after the session was created still decide it', async () => {
    const id = await createdId();
    expect((await set({ reference: REFERENCE, scenario: 'pass', identity: { givenName: 'Ana' } })).status).toBe(204);
    expect(await pushes(1)).toEqual([expect.objectContaining({ sessionId: id, status: 'completed' })]);
    expect((await read(id)).identity).toMatchObject({ givenName: 'Ana', familyName: 'Sandbox' });
  });

  it('wait for their delay, and null gives the session back to the person', async () => {
    await set({ reference: REFERENCE, scenario: 'pass', delaySeconds: 3600 });
    const id = await createdId();
    expect((await read(id)).status).toBe('processing');
    expect((await set({ reference: REFERENCE, scenario: null })).status).toBe(204);
    expect((await read(id)).status).toBe('waiting');
  });

  it.each([
    { scenario: 'passed' },
    { scenario: 'fail:' },
    { scenario: 'fail:shoe_size' },
    { scenario: ['pass'] },
    { scenario: 'pass', delaySeconds: -1 },
    { scenario: 'pass', delaySeconds: '5' },
    { scenario: 'pass', identity: { shoeSize: '42' } },
    { scenario: 'pass', identity: { givenName: 7 } },
    { scenario: 'pass', reference: 7 },
  ])('refuses %j', async (body) => {
    expect((await set(body)).status).toBe(400);
  });

  it('survive a host that cannot name the person at first', async () => {
    let asked = 0;
    await start({
      identityFor: async () => {
        asked += 1;
        if (asked === 1) throw new Error('not yet');
        return { givenName: 'Ana' };
      },
    });
    partner.setDefaultScenario({ scenario: 'pass' });
    const id = await createdId();
    while (asked < 2) await read(id);
    await pushes(1);
    expect(await read(id)).toMatchObject({ status: 'completed', identity: { givenName: 'Ana' } });
  });

  it('fail:data_match shows somebody else’s document, fail:document_expiry a lapsed one', async () => {
    await start({ identityFor: async () => ({ givenName: 'Ana', birthDate: '1991-02-03' }) });
    await createdId();
    await partner.decide(REFERENCE, { scenario: 'fail:data_match' });
    const other = await createdId({ reference: 'vs_2' });
    await partner.decide('vs_2', { scenario: 'fail:document_expiry' });
    const first = (JSON.parse((await create()).text) as { sessionId: string }).sessionId;
    expect((await read(first)).identity).toMatchObject({ givenName: 'Somebody', birthDate: '1959-12-31' });
    expect(await read(other)).toMatchObject({
      identity: { givenName: 'Ana', birthDate: '1991-02-03' },
      document: { expiryDate: '2019-06-30' },
    });
  });

  it('somebody else has another document, unless the scenario names one', async () => {
    await start({
      identityFor: async () => ({ givenName: 'Ana', birthDate: '1991-02-03', documentNumber: 'U7A410825' }),
    });
    const numberAfter = async (reference: string, scenario: Scenario): Promise<unknown> => {
      const id = await createdId({ reference });
      await partner.decide(reference, scenario);
      return ((await read(id)).document as { number: string }).number;
    };
    expect(await numberAfter('vs_1', { scenario: 'pass' })).toBe('U7A410825');
    expect(await numberAfter('vs_2', { scenario: 'pass', identity: { birthDate: '1991-02-03' } })).toBe('U7A410825');
    const another = await numberAfter('vs_3', { scenario: 'pass', identity: { givenName: 'Iris' } });
    expect(another).toMatch(/^S[0-9A-F]{8}$/);
    expect(await numberAfter('vs_4', { scenario: 'wrong_person' })).toMatch(/^S[0-9A-F]{8}$/);
    expect(await numberAfter('vs_5', { scenario: 'pass', identity: { documentNumber: 'X1' } })).toBe('X1');
  });

  it('outage refuses everything about the reference, create included, until it is over', async () => {
    let scenario: Scenario | undefined = { scenario: 'outage' };
    await start({ scenarioFor: async () => scenario });
    expect((await create()).status).toBe(503);
    scenario = undefined;
    const id = await createdId();
    scenario = { scenario: 'outage' };
    expect((await call('GET', `/v1/sessions/${id}`)).status).toBe(503);
    expect((await fetch(`${partner.baseUrl}/verify/${id}`)).status).toBe(503);
    scenario = { scenario: 'pass' };
    await call('GET', `/v1/sessions/${id}`);
    expect(await pushes(1)).toEqual([expect.objectContaining({ sessionId: id, status: 'completed' })]);
  });

  it('garbage answers a page and broken JSON by turns, after a genuine push', async () => {
    await partner.setScenario(REFERENCE, { scenario: 'garbage' });
    const id = await createdId();
    await pushes(1);
    const answers = [await call('GET', `/v1/sessions/${id}`), await call('GET', `/v1/sessions/${id}`)];
    expect(new Set(answers.map(({ type }) => type))).toEqual(new Set(['text/html; charset=utf-8', 'application/json']));
    for (const { status, text } of answers) {
      expect(status).toBe(200);
      expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
    }
  });

  it('slow takes its time and then passes', async () => {
    await start({ slowSeconds: 0.2 });
    await partner.setScenario(REFERENCE, { scenario: 'slow' });
    const id = await createdId();
    expect((await read(id)).status).toBe('processing');
    await pushes(1);
    expect((await read(id)).status).toBe('completed');
  });

  it('late outlives the session’s own end and comes when it is told to', async () => {
    let now = new Date('2025-11-22T10:00:00Z');
    await start({ now: () => now, sessionTtlSeconds: 60 });
    await partner.setScenario(REFERENCE, { scenario: 'late' });
    const id = await createdId();
    now = new Date('2025-11-23T10:00:00Z');
    expect((await read(id)).status).toBe('processing');
    expect(receiver.pushes).toEqual([]);
    expect((await call('POST', '/control/decisions', { reference: REFERENCE, scenario: 'pass' })).status).toBe(204);
    expect(await pushes(1)).toEqual([expect.objectContaining({ status: 'completed' })]);
  });

  it('duplicate sends one delivery five times', async () => {
    await partner.setScenario(REFERENCE, { scenario: 'duplicate' });
    await createdId();
    expect(new Set((await pushes(5)).map(({ deliveryId }) => deliveryId)).size).toBe(1);
  });
});

describe('pushes', () => {
  it('are repeated under the same id until somebody answers 2xx, and no longer', async () => {
    await start({ retryDelaysMs: [5, 5, 5, 5] });
    receiver.answers.push(500, 302);
    await createdId();
    await partner.decide(REFERENCE, { scenario: 'pass' });
    const sent = await pushes(3);
    expect(new Set(sent.map(({ deliveryId }) => deliveryId)).size).toBe(1);
    await createdId({ reference: 'vs_2' });
    await partner.decide('vs_2', { scenario: 'pass' });
    expect((await pushes(4))[3]?.deliveryId).not.toBe(sent[0]?.deliveryId);
  });
});
