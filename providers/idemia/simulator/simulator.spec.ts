import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PushReceiver } from '../../kit/conformance/index.js';
import type { RunningSimulator, ScenarioName, SimulatorOptions } from '../../kit/simulator/index.js';
import { simulator, type GipsCredentials } from './index.js';

const PICTURE = new Uint8Array(readFileSync(new URL('../fixtures/picture.jpg', import.meta.url)));
const REFERENCE = 'vs_1';
const HEADER = 'x-idemia-notification-key';
const DEADLINE_MS = 10_000;
const CREDENTIALS: GipsCredentials = {
  apiKey: 'key-of-the-relying-service',
  environment: 'production',
  notificationHeader: HEADER,
  notificationKeys: ['key-of-the-notifications'],
};

interface EvidenceRecord {
  evidenceId: string;
  evidenceStatus: { status: string };
}

/** What the calls answer, as far as it is looked at here. */
interface Body {
  id: string;
  status: string;
  globalStatus: { status: string; levelOfAssurance: string };
  singleStatuses: unknown[];
  idDocuments: [EvidenceRecord & { idDocumentData?: { personalAttributes: { surname: { value: string } } } }];
  portrait: EvidenceRecord;
}

interface Answer {
  status: number;
  body: Body;
}

let partner: RunningSimulator;
let receiver: PushReceiver;
let id: string;

async function start(options: Partial<SimulatorOptions<GipsCredentials>> = {}): Promise<void> {
  await partner?.close();
  partner = await simulator.start({ credentials: CREDENTIALS, pushUrl: receiver.url, retryDelaysMs: [], ...options });
  id = (await create()).body.id;
}

beforeEach(async () => {
  receiver = await PushReceiver.start();
  await start();
});
afterEach(async () => {
  await partner.close();
  await receiver.close();
});

async function call(
  method: string,
  path: string,
  more: { body?: FormData | string; headers?: Record<string, string>; signal?: AbortSignal } = {},
): Promise<Answer> {
  const response = await fetch(`${partner.baseUrl}/gips/v1/${path}`, {
    method,
    headers: { apikey: CREDENTIALS.apiKey, ...more.headers },
    body: more.body,
    signal: more.signal,
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type') === 'application/json';
  return { status: response.status, body: (isJson ? JSON.parse(text) : {}) as Body };
}

function form(parts: Record<string, Uint8Array<ArrayBuffer>>): FormData {
  const made = new FormData();
  for (const [name, bytes] of Object.entries(parts)) made.append(name, new Blob([bytes]), name);
  return made;
}

const details = (changes: Record<string, unknown> = {}) =>
  JSON.stringify({ jurisdiction: 'FRA', documentType: 'PASSPORT', source: 'LIVE_CAPTURE_IMAGE', ...changes });

const create = (context = `[{"key":"CORRELATION_ID","value":"${REFERENCE}.nonce"}]`) =>
  call('POST', 'identities', { body: fieldOnly('context', context) });

function fieldOnly(name: string, value: string): FormData {
  const made = new FormData();
  made.append(name, value);
  return made;
}

const consent = () => call('POST', `identities/${id}/consents`, { body: '[{"approved":true,"type":"PORTRAIT"}]' });
const document = (
  parts: Record<string, Uint8Array<ArrayBuffer>> = { DocumentFront: PICTURE },
  said = details(),
  signal?: AbortSignal,
) => {
  const body = form(parts);
  if (said !== '') body.append('DocumentCaptureDetails', new Blob([said]), 'details.json');
  return call('POST', `identities/${id}/id-documents/capture`, { body, signal });
};
const portrait = () =>
  call('POST', `identities/${id}/attributes/portrait/capture`, { body: form({ Portrait: PICTURE }) });
const read = () => call('GET', `identities/${id}?detailed=true`);

async function everything(): Promise<void> {
  for (const given of [consent, document, portrait]) expect((await given()).status).toBeLessThan(300);
}

async function notifications(count: number) {
  for (let seen = 0; seen < count; seen += 1) expect(await receiver.anotherAfter(seen, DEADLINE_MS)).toBe(true);
  return receiver.pushes.map(({ headers, body }) => ({
    key: headers[HEADER],
    ...(JSON.parse(Buffer.from(body).toString()) as { identityId: string; type?: string; status: string }),
  }));
}

/** Statuses of the document and the portrait, as the record has them. */
async function statuses(): Promise<unknown[]> {
  const { body } = await read();
  return [body.idDocuments[0].evidenceStatus.status, body.portrait.evidenceStatus.status];
}

describe('the API', () => {
  it.each([
    ['POST', 'identities'],
    ['GET', 'identities/x/status'],
    ['GET', 'identities/x?detailed=true'],
    ['GET', 'identities/x/proof'],
    ['GET', 'supported-evidence/countries'],
  ])('%s %s needs the key', async (method, path) => {
    expect((await call(method, path, { headers: { apikey: 'another' } })).status).toBe(401);
  });

  it('asks for the tenant’s role where it has one', async () => {
    await partner.close();
    partner = await simulator.start({ credentials: { ...CREDENTIALS, tenantRole: 'ROLE' } });
    expect((await create()).status).toBe(403);
    expect((await call('GET', 'supported-evidence/countries', { headers: { 'tenant-role': 'ROLE' } })).status).toBe(
      200,
    );
  });

  it('opens an identity that expects input, under our reference; a second one is another', async () => {
    const { body } = await create();
    expect(body).toMatchObject({ status: 'EXPECTING_INPUT', levelOfAssurance: 'LOA0' });
    expect(body.id).not.toBe(id);
    expect(partner.references()).toEqual([REFERENCE, REFERENCE]);
  });

  it.each(['{}', 'text', '[{"key":"CORRELATION_ID"}]', '[{"key":"CORRELATION_ID","value":""}]'])(
    'refuses the context %j',
    async (context) => expect((await create(context)).status).toBe(400),
  );

  it('wants multipart where the documentation has it', async () => {
    const headers = { 'content-type': 'application/json' };
    for (const path of ['identities', `identities/${id}/id-documents/capture`])
      expect((await call('POST', path, { body: '{}', headers })).status).toBe(415);
  });

  it.each([
    ['{}', 400],
    ['[{"type":"PORTRAIT"}]', 400],
    ['[{"type":"PORTRAIT","approved":true,"validityPeriod":{"from":"yesterday"}}]', 400],
    ['[{"type":"PORTRAIT","approved":true,"validityPeriod":{"from":"2025-11-22"}}]', 200],
  ])('answers the consents %s with %i', async (body, status) => {
    expect((await call('POST', `identities/${id}/consents`, { body })).status).toBe(status);
  });

  it('takes no portrait without a consent', async () => {
    expect(await portrait()).toMatchObject({ status: 400, body: { errors: [{ field: 'consent_missing' }] } });
    await consent();
    expect(await portrait()).toMatchObject({ status: 201, body: { type: 'PORTRAIT', status: 'PROCESSING' } });
  });

  it.each([
    [{}, details()],
    [{ DocumentFront: new Uint8Array([1, 2, 3]) }, details()],
    [{ DocumentFront: PICTURE, DocumentBack: new Uint8Array([1, 2, 3]) }, details()],
    [{ DocumentFront: PICTURE }, ''],
    [{ DocumentFront: PICTURE }, 'text'],
    [{ DocumentFront: PICTURE }, details({ source: 'ELSEWHERE' })],
    [{ DocumentFront: PICTURE }, details({ jurisdiction: 'FR' })],
    [{ DocumentFront: PICTURE }, details({ documentType: 'passport' })],
  ])('refuses a document with the parts of case %#', async (parts, said) => {
    expect((await document(parts, said)).status).toBe(400);
    expect((await call('GET', `identities/${id}/status`)).body.singleStatuses).toEqual([]);
  });

  it('says nothing about the person before it has decided', async () => {
    await everything();
    const { body } = await read();
    expect(body.globalStatus.status).toBe('PROCESSING');
    expect(await statuses()).toEqual(['PROCESSING', 'PROCESSING']);
    expect(body.idDocuments[0].idDocumentData).toBeUndefined();
  });

  it('gives the proof once and has forgotten the identity then', async () => {
    await everything();
    expect((await call('GET', `identities/${id}/proof`)).status).toBe(200);
    for (const path of [`${id}/proof`, `${id}/status`, `${id}?detailed=true`])
      expect((await call('GET', `identities/${path}`)).status).toBe(404);
  });
});

describe('how it decides', () => {
  it('passes by itself a moment after both evidences came, for the person on record, and says so twice', async () => {
    await start({ identityFor: async () => ({ givenName: 'Ana Maria', familyName: 'Prueba' }) });
    await everything();
    const told = await notifications(2);
    expect(told).toEqual([
      expect.objectContaining({
        key: 'key-of-the-notifications',
        identityId: id,
        type: 'ID_DOCUMENT',
        status: 'VERIFIED',
      }),
      expect.objectContaining({
        key: 'key-of-the-notifications',
        identityId: id,
        type: 'PORTRAIT',
        status: 'VERIFIED',
      }),
    ]);
    const { body } = await read();
    expect(body.globalStatus.levelOfAssurance).toBe('LOA2');
    expect(body.idDocuments[0].idDocumentData?.personalAttributes).toMatchObject({
      surname: { value: 'Prueba' },
      givenNames: [{ value: 'Ana' }, { value: 'Maria' }],
    });
  });

  it.each<[ScenarioName, string, string, string]>([
    ['pass', 'VERIFIED', 'VERIFIED', 'LOA2'],
    ['fail:document_authenticity', 'INVALID', 'VERIFIED', 'LOA0'],
    ['fail:document_expiry', 'INVALID', 'VERIFIED', 'LOA0'],
    ['fail:face_match', 'VERIFIED', 'INVALID', 'LOA0'],
    ['fail:presentation_attack', 'VERIFIED', 'INVALID', 'LOA0'],
    ['fail:data_match', 'VERIFIED', 'VERIFIED', 'LOA2'],
    ['review', 'ADJUDICATION', 'NOT_VERIFIED', 'LOA0'],
    ['fail:injection_attack', 'ADJUDICATION', 'NOT_VERIFIED', 'LOA0'],
    ['unknown_result', 'MOSTLY_VERIFIED', 'MOSTLY_VERIFIED', 'LOA2'],
  ])('%s: document %s, portrait %s, %s', async (scenario, ...expected) => {
    await everything();
    await partner.decide(REFERENCE, { scenario });
    expect([...(await statuses()), (await read()).body.globalStatus.levelOfAssurance]).toEqual(expected);
  });

  it('lists errors about a portrait without a face, in its own status only', async () => {
    await everything();
    await partner.decide(REFERENCE, { scenario: 'fail:presentation_attack' });
    const { portrait: face } = (await read()).body;
    expect(JSON.stringify(face)).not.toContain('errors');
    const { body } = await call('GET', `identities/${id}/status/${face.evidenceId}`);
    expect(body).toMatchObject({ id: face.evidenceId, type: 'PORTRAIT', errors: [{ message: 'No face detected' }] });
  });

  it('keeps a decision that was made before the pictures came until they are there', async () => {
    await partner.decide(REFERENCE, { scenario: 'fail:face_match' });
    expect(receiver.pushes).toEqual([]);
    await everything();
    expect(await notifications(2)).toMatchObject([{ status: 'VERIFIED' }, { status: 'INVALID' }]);
  });

  it.each<[ScenarioName, number]>([
    ['cancelled', 404],
    ['failed', 404],
  ])('%s: the identity is gone', async (scenario, status) => {
    await partner.decide(REFERENCE, { scenario });
    expect((await read()).status).toBe(status);
  });

  it('an identity whose time is over is paused, and so is one by scenario', async () => {
    let now = new Date('2025-11-22T10:00:00Z');
    await start({ now: () => now, sessionTtlSeconds: 60 });
    now = new Date('2025-11-22T10:01:00Z');
    expect((await read()).body.globalStatus.status).toBe('PAUSED');
    await start();
    await partner.decide(REFERENCE, { scenario: 'expired' });
    expect((await read()).body.globalStatus.status).toBe('PAUSED');
    expect(await notifications(1)).toMatchObject([{ identityId: id, status: 'PAUSED' }]);
  });

  it('settles by a scenario of the host, and by a control call', async () => {
    await start({ scenarioFor: async () => ({ scenario: 'fail:document_authenticity' }) });
    await everything();
    expect((await notifications(2))[0]).toMatchObject({ type: 'ID_DOCUMENT', status: 'INVALID' });
    await start();
    await everything();
    const decided = await fetch(`${partner.baseUrl}/control/decisions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${CREDENTIALS.apiKey}` },
      body: JSON.stringify({ reference: REFERENCE, scenario: 'pass' }),
    });
    expect(decided.status).toBe(204);
    expect(await statuses()).toEqual(['VERIFIED', 'VERIFIED']);
  });

  it.each<[ScenarioName, string[]]>([
    ['duplicate', [...Array<string>(5).fill('ID_DOCUMENT'), ...Array<string>(5).fill('PORTRAIT')]],
    ['replay', ['ID_DOCUMENT', 'PORTRAIT', 'ID_DOCUMENT', 'PORTRAIT']],
  ])('%s notifies more than once', async (scenario, expected) => {
    await everything();
    await partner.decide(REFERENCE, { scenario });
    expect((await notifications(expected.length)).map(({ type }) => type)).toEqual(expected);
  });

  it('does not carry out an upload under an outage, and does under an answer that is lost', async () => {
    await consent();
    await partner.setScenario(REFERENCE, { scenario: 'outage' });
    expect((await document()).status).toBe(503);
    await partner.setScenario(REFERENCE, { scenario: 'hang_accepted' });
    const given = document(undefined, undefined, AbortSignal.timeout(500));
    await expect(given).rejects.toMatchObject({ name: 'TimeoutError' });
    await partner.setScenario(REFERENCE, undefined);
    expect((await call('GET', `identities/${id}/status`)).body.singleStatuses).toHaveLength(1);
  });
});

describe('the back office', () => {
  const page = (path = '') => fetch(`${partner.baseUrl}/back-office${path}`);
  const press = (decision: string, fields: Record<string, string> = {}) =>
    fetch(`${partner.baseUrl}/back-office/${id}`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ decision, ...fields }),
    });

  it('lists identities and how they stand', async () => {
    const before = await (await page()).text();
    expect(before).toContain('This is a simulator.');
    expect(before).toContain(`<a href="/back-office/${id}">${REFERENCE}</a>: waits for pictures`);
    await everything();
    await press('review');
    expect(await (await page()).text()).toContain('waits for adjudication');
  });

  it('rules about what waits for adjudication, once, and then notifies', async () => {
    await everything();
    await partner.decide(REFERENCE, { scenario: 'review' });
    expect(await statuses()).toEqual(['ADJUDICATION', 'NOT_VERIFIED']);
    await press('review');
    expect(receiver.pushes).toEqual([]);
    expect((await press('pass', { familyName: 'Geändert' })).status).toBe(303);
    expect(await statuses()).toEqual(['VERIFIED', 'VERIFIED']);
    expect((await read()).body.idDocuments[0].idDocumentData?.personalAttributes.surname.value).toBe('Geändert');
    await press('fail:face_match');
    expect(await statuses()).toEqual(['VERIFIED', 'VERIFIED']);
    expect(await notifications(2)).toHaveLength(2);
    expect(await (await page(`/${id}`)).text()).toContain('This identity is decided.');
  });

  it('has a button for each judgement, runs no script and writes personal text as text', async () => {
    await start({ identityFor: async () => ({ familyName: '<img src=x onerror="alert(1)">' }) });
    const response = await page(`/${id}`);
    const html = await response.text();
    expect([...html.matchAll(/<button name="decision" value="([^"]+)"/g)].map(([, value]) => value)).toEqual([
      'pass',
      'review',
      'fail:document_authenticity',
      'fail:document_expiry',
      'fail:document_data_consistency',
      'fail:face_match',
      'fail:presentation_attack',
      'fail:data_match',
    ]);
    expect(html).not.toMatch(/<script|onerror="|<img/);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it.each(['', 'approve', 'cancelled', 'outage', 'fail:injection_attack'])(
    'refuses the decision %j',
    async (decision) => {
      expect((await press(decision)).status).toBe(400);
    },
  );

  it('changes nothing when it is looked at, and knows nobody under another address', async () => {
    for (let look = 0; look < 3; look += 1) await page(`/${id}`);
    expect((await read()).body.globalStatus.status).toBe('EXPECTING_INPUT');
    expect((await page('/gips-x')).status).toBe(404);
  });
});
