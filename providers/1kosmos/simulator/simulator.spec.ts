import { gcm } from '@noble/ciphers/aes.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RunningSimulator, SimulatorOptions } from '../../kit/simulator/index.js';
import { simulator, type OneKosmosCredentials } from './index.js';

const NASTY = '<img src=x onerror="alert(1)">&\'';
const CREDENTIALS: OneKosmosCredentials = {
  licenseKey: 'license-for-the-spec',
  tenantDns: 'acme.1kosmos.example',
  communityName: 'default',
  workflowKey: 'acme_dvcid',
  environment: 'production',
  allowedHosts: 'localhost',
};
const CALLER = new Uint8Array(32).fill(7);
const UUID = '3b241101-e2bb-4255-8caf-4136c566a962';

let partner: RunningSimulator;
let key: Uint8Array;

async function start(options: Partial<SimulatorOptions<OneKosmosCredentials>> = {}): Promise<void> {
  await partner?.close();
  partner = await simulator.start({
    credentials: CREDENTIALS,
    identityFor: async () => ({ givenName: NASTY }),
    ...options,
  });
  const { publicKey } = (await (await fetch(`${partner.baseUrl}/docuverify/publickeys`)).json()) as {
    publicKey: string;
  };
  const point = Uint8Array.of(4, ...Buffer.from(publicKey, 'base64'));
  key = secp256k1.getSharedSecret(CALLER, point, true).subarray(1);
}
beforeEach(() => start());
afterEach(() => partner.close());

const seal = (text: string) => {
  const iv = crypto.getRandomValues(new Uint8Array(16));
  return Buffer.from(Uint8Array.of(...iv, ...gcm(key, iv).encrypt(Buffer.from(text)))).toString('base64');
};
const open = (text: string) => {
  const bytes = Buffer.from(text, 'base64');
  const plain = gcm(key, bytes.subarray(0, 16)).decrypt(bytes.subarray(16));
  return JSON.parse(Buffer.from(plain).toString()) as Record<string, unknown>;
};
const requestId = (changes: Record<string, unknown> = {}) =>
  seal(JSON.stringify({ ts: Math.round(Date.now() / 1000), appid: 'spec', uuid: UUID, ...changes }));
const headersWith = (changes: Record<string, string> = {}) => ({
  publickey: Buffer.from(secp256k1.getPublicKey(CALLER, false).subarray(1)).toString('base64'),
  licensekey: seal(CREDENTIALS.licenseKey),
  requestid: requestId(),
  ...changes,
});

async function call(path: string, message: unknown, headers: Record<string, string> = headersWith()) {
  const response = await fetch(`${partner.baseUrl}/docuverify/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ data: seal(JSON.stringify(message)) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const REQUEST = {
  tenantDNS: CREDENTIALS.tenantDns,
  communityName: 'default',
  documentType: 'dl_object',
  userUID: 'vs_1',
  did: 'vs_1',
};
const create = (changes: Record<string, unknown> = {}, headers = headersWith()) =>
  call('document_share_session/create', { dvcID: 'acme_dvcid', sessionRequest: { ...REQUEST, ...changes } }, headers);
const createdId = async (changes: Record<string, unknown> = {}) => (await create(changes)).body.sessionId as string;

async function result(sessionId: string, version = 'v3/') {
  const { status, body } = await call(`${version}document_share_session/result`, { dvcID: 'acme_dvcid', sessionId });
  return status === 200 ? open(body.data as string) : { status, ...body };
}
const verifications = async (sessionId: string) =>
  Object.fromEntries(
    ((await result(sessionId)).verifications as { type: string; status: string }[]).map(({ type, status }) => [
      type,
      status,
    ]),
  );

describe('the tenant', () => {
  it('names its services on the host that was asked', async () => {
    const services = (await (await fetch(`${partner.baseUrl}/caas/sd`)).json()) as Record<string, string>;
    expect(services.docuverify).toBe(`${partner.baseUrl}/docuverify`);
  });

  it('knows its community and no other', async () => {
    const ask = (body: unknown) =>
      fetch(`${partner.baseUrl}/api/r1/system/community_info/fetch`, { method: 'POST', body: JSON.stringify(body) });
    expect((await ask({ dns: CREDENTIALS.tenantDns, communityName: 'default' })).status).toBe(200);
    expect((await ask({ dns: CREDENTIALS.tenantDns, communityName: 'other' })).status).toBe(404);
    expect((await ask({ dns: 'other.example', communityName: 'default' })).status).toBe(404);
  });
});

describe('the service refuses', () => {
  it.each([
    [
      'another license',
      () => ({ licensekey: seal('another') }),
      { code: 401, message: 'Invalid or Unauthorized License' },
    ],
    ['a license in clear', () => ({ licensekey: CREDENTIALS.licenseKey }), unreadable('licensekey')],
    ['no license', () => ({ licensekey: '' }), unreadable('licensekey')],
    ['no key', () => ({ publickey: '' }), unreadable('publickey')],
    [
      'a key with its leading byte',
      () => ({ publickey: Buffer.alloc(65, 4).toString('base64') }),
      unreadable('publickey'),
    ],
    ['a request id in clear', () => ({ requestid: '{}' }), unreadable('requestid')],
    ['milliseconds', () => ({ requestid: requestId({ ts: Date.now() }) }), unreadable('requestid')],
    ['seconds as text', () => ({ requestid: requestId({ ts: '1' }) }), unreadable('requestid')],
    ['an old request', () => ({ requestid: requestId({ ts: 1_700_000_000 }) }), unreadable('requestid')],
    ['a request id that is no UUID', () => ({ requestid: requestId({ uuid: 'x' }) }), unreadable('requestid')],
    ['no application', () => ({ requestid: requestId({ appid: '' }) }), unreadable('requestid')],
  ])('%s', async (_what, headers, body) => {
    expect(await create({}, headersWith(headers()))).toEqual({ status: 401, body });
    expect(partner.references()).toEqual([]);
  });

  it.each([
    [{ sessionRequest: REQUEST }, 400, 'dvcID is required'],
    [{ dvcID: '', sessionRequest: REQUEST }, 400, 'dvcID is not allowed to be empty'],
    [{ dvcID: 'other', sessionRequest: REQUEST }, 404, 'dvcID not found'],
    [{ dvcID: 'acme_dvcid' }, 400, 'tenantDNS is required'],
    [
      { dvcID: 'acme_dvcid', sessionRequest: { ...REQUEST, documentType: 'passport' } },
      400,
      'documentType is not supported',
    ],
    [{ dvcID: 'acme_dvcid', sessionRequest: { ...REQUEST, tenantDNS: 'other' } }, 400, 'tenantDNS is not known'],
    ['text', 400, 'data is required'],
  ])('to create with %j', async (message, status, text) => {
    const refused = await call('document_share_session/create', message);
    expect(refused).toEqual({ status, body: { code: status, message: text } });
  });

  it('a session it does not know, and a body that is not sealed', async () => {
    expect(await result(UUID)).toMatchObject({ status: 404 });
    const response = await fetch(`${partner.baseUrl}/docuverify/document_share_session/create`, {
      method: 'POST',
      headers: headersWith(),
      body: JSON.stringify({ data: { dvcID: 'acme_dvcid', sessionRequest: REQUEST } }),
    });
    expect(response.status).toBe(400);
  });
});

describe('a session', () => {
  it('is opened anew each time, and answered in clear', async () => {
    const { status, body } = await create();
    expect(status).toBe(200);
    expect(body).toEqual({
      sessionId: body.sessionId,
      url: `${partner.publicUrl}/idproofing/session/${String(body.sessionId)}`,
    });
    expect(await createdId()).not.toBe(body.sessionId);
  });

  it.each([
    ['pass', 'Completed'],
    ['fail:face_match', 'Completed'],
    ['review', 'Declined'],
    ['failed', 'Declined'],
    ['cancelled', 'Abandoned'],
    ['expired', 'Expired'],
    ['unknown_status', 'Completed with notes'],
  ] as const)('%s is %s', async (scenario, status) => {
    const id = await createdId();
    expect(await result(id)).toEqual({ sessionId: id, userUID: 'vs_1', status: 'Pending' });
    await partner.decide('vs_1', { scenario });
    expect(await result(id)).toMatchObject({ sessionId: id, status });
  });

  it('says of each verification how it ended', async () => {
    const id = await createdId();
    await partner.decide('vs_1', { scenario: 'fail:face_match' });
    expect(await verifications(id)).toMatchObject({ face_compare: 'Failed', doc_authenticity: 'Passed' });
    const other = await createdId({ userUID: 'vs_2' });
    await partner.decide('vs_2', { scenario: 'unknown_result' });
    expect(new Set(Object.values(await verifications(other)))).toEqual(new Set(['Mostly passed']));
  });

  it('has dates without separators, in the object that was asked for', async () => {
    const id = await createdId({ documentType: 'ppt_object' });
    await partner.decide('vs_1', { scenario: 'pass', identity: { birthDate: '1987-06-05' } });
    expect((await result(id)).ppt_object).toMatchObject({ dob: '19870605', doe: '20991231', firstName: NASTY });
    expect((await result(id)).dl_object).toBeUndefined();
  });

  it('is told without verifications on the unversioned path', async () => {
    const id = await createdId();
    expect(await result(id, '')).toEqual({ responseStatus: 'INPROGRESS', sessionId: id });
    await partner.decide('vs_1', { scenario: 'pass' });
    const told = await result(id, '');
    expect(Object.keys(told).sort()).toEqual(
      ['dl_object', 'liveid_object', 'metadata', 'responseStatus', 'sessionId', 'token'].sort(),
    );
    const other = await createdId({ userUID: 'vs_2' });
    await partner.decide('vs_2', { scenario: 'cancelled' });
    expect(await result(other, '')).toEqual({ sessionId: other, sessionResult: 'abandoned' });
  });

  it('expires, and works by itself under a scenario', async () => {
    let now = new Date();
    await start({ now: () => now, sessionTtlSeconds: 60 });
    await partner.setScenario('vs_1', { scenario: 'pass', delaySeconds: 3600 });
    const id = await createdId();
    expect((await result(id)).status).toBe('In Progress');
    await partner.setScenario('vs_1', undefined);
    expect((await result(id)).status).toBe('Pending');
    now = new Date(now.getTime() + 61_000);
    expect((await result(id)).status).toBe('Expired');
  });
});

describe('the person’s page', () => {
  const pageOf = (id: string) => `${partner.baseUrl}/idproofing/session/${id}`;
  const press = (id: string, decision: string, fields: Record<string, string> = {}) =>
    fetch(pageOf(id), { method: 'POST', redirect: 'manual', body: new URLSearchParams({ decision, ...fields }) });

  it('says that it is a simulator, runs no script and writes personal text as text', async () => {
    const response = await fetch(pageOf(await createdId({ userUID: NASTY })));
    const html = await response.text();
    expect(html).toContain('This is a simulator.');
    expect(html).not.toMatch(/<script|onerror="|<img/);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('has a button for every ending that this partner knows', async () => {
    const html = await (await fetch(pageOf(await createdId()))).text();
    const values = [...html.matchAll(/<button name="decision" value="([^"]+)"/g)].map(([, value]) => value);
    const failures = ['document_authenticity', 'document_expiry', 'document_data_consistency', 'face_match'];
    const others = ['presentation_attack', 'injection_attack', 'data_match'];
    expect(values).toEqual(['pass', 'review', ...[...failures, ...others].map((kind) => `fail:${kind}`), 'cancelled']);
  });

  it('settles once, with the names that were typed, and leads nowhere but to its end', async () => {
    const id = await createdId();
    for (let look = 0; look < 3; look += 1) await fetch(pageOf(id));
    expect((await result(id)).status).toBe('Pending');
    const response = await press(id, 'pass', { givenName: 'Ana', familyName: '' });
    expect([response.status, response.headers.get('location')]).toEqual([303, `/idproofing/session/${id}`]);
    await press(id, 'fail:face_match');
    expect(await result(id)).toMatchObject({
      status: 'Completed',
      dl_object: { firstName: 'Ana', lastName: 'Sandbox' },
    });
    const html = await (await fetch(pageOf(id))).text();
    expect(html).toContain('This verification has ended');
    expect(html).not.toContain('href');
  });

  it.each(['', 'approve', 'fail:'])('refuses the decision %j', async (decision) => {
    const id = await createdId();
    expect((await press(id, decision)).status).toBe(400);
    expect((await result(id)).status).toBe('Pending');
  });

  it('knows nobody under another address', async () => {
    expect((await fetch(pageOf(UUID))).status).toBe(404);
  });
});

describe('control calls', () => {
  const set = (headers: Record<string, string> = {}) =>
    fetch(`${partner.baseUrl}/control/scenarios`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ reference: 'vs_1', scenario: 'pass' }),
    });

  it('are closed unless there is a key for them', async () => {
    expect((await set({ authorization: 'Bearer undefined' })).status).toBe(404);
    await start({ controlKey: 'control-key' });
    expect((await set()).status).toBe(401);
    expect((await set({ authorization: 'Bearer control-key' })).status).toBe(204);
  });
});

function unreadable(param: string) {
  return { errors: [{ param, message: "This header can't be decrypted" }] };
}
