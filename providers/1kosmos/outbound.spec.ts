import { gcm } from '@noble/ciphers/aes.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { ProviderError, Sensitive, type HttpRequest, type HttpResponse } from '../kit/index.js';
import { oneKosmosProvider } from './index.js';

const TENANT = 'https://acme.1kosmos.net';
const SERVICE = 'https://idv.1kosmos.net/docuverify';
const LICENSE = '3b241101-e2bb-4255-8caf-4136c566a962';
const SESSION = '82f67f10-b4e4-4680-9970-5dfcc04ea39e';
const HANDOFF = `${TENANT}/idproofing/session/${SESSION}`;
const PERSON = { givenName: 'Canary-Given', familyName: 'Canary-Family', birthDate: '1971-02-03' };
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
const answer = (value: unknown, status = 200): HttpResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify(value)),
});

/** A tenant whose every answer can be replaced; it holds its end of the seal with noble. */
class Tenant {
  readonly sent: HttpRequest[] = [];
  readonly answers: Record<string, () => HttpResponse | Promise<HttpResponse>> = {};
  privateKey = secp256k1.utils.randomSecretKey();
  now = new Date('2026-11-22T10:00:00.700Z');

  async send(request: HttpRequest): Promise<HttpResponse> {
    this.sent.push(request);
    const replaced = this.answers[request.url];
    if (replaced) return replaced();
    if (request.url === `${TENANT}/caas/sd`) return answer({ docuverify: SERVICE, licenses: `${TENANT}/licenses` });
    if (request.url === `${SERVICE}/publickeys`) return answer({ publicKey: this.publicKey() });
    if (request.url.endsWith('/create')) return answer({ sessionId: SESSION, url: HANDOFF });
    if (request.url.endsWith('/result')) return this.result(request, { sessionId: SESSION, status: 'Completed' });
    if (request.url.endsWith('/community_info/fetch'))
      return answer({ tenant: { id: 't' }, community: { id: 'c', name: 'default' } });
    return answer({}, 404);
  }

  publicKey(): string {
    return base64(secp256k1.getPublicKey(this.privateKey, false).subarray(1));
  }

  result(request: HttpRequest, value: unknown): HttpResponse {
    const iv = new Uint8Array(16).fill(9);
    const sealed = gcm(this.sharedKey(request), iv).encrypt(Buffer.from(JSON.stringify(value)));
    return answer({ data: base64(Uint8Array.of(...iv, ...sealed)), publicKey: this.publicKey() });
  }

  /** The opened parts of a request to the service. */
  read({ headers = {}, body, ...request }: HttpRequest) {
    const key = this.sharedKey({ headers, body, ...request });
    const opened = (text = '') => {
      const bytes = Buffer.from(text, 'base64');
      return Buffer.from(gcm(key, bytes.subarray(0, 16)).decrypt(bytes.subarray(16))).toString();
    };
    const envelope = JSON.parse(String(body)) as { data: string };
    return {
      license: opened(headers.licensekey),
      requestId: JSON.parse(opened(headers.requestid)) as { ts: number; appid: string; uuid: string },
      envelope: Object.keys(envelope),
      message: JSON.parse(opened(envelope.data)) as unknown,
    };
  }

  urls(): string[] {
    return this.sent.map(({ method, url }) => `${method} ${url}`);
  }

  last(): HttpRequest {
    const request = this.sent.at(-1);
    if (!request) throw new Error('nothing was sent');
    return request;
  }

  private sharedKey({ headers = {} }: HttpRequest): Uint8Array {
    const caller = Uint8Array.of(4, ...Buffer.from(headers.publickey ?? '', 'base64'));
    return secp256k1.getSharedSecret(this.privateKey, caller, true).subarray(1);
  }
}

let tenant: Tenant;
beforeEach(() => {
  tenant = new Tenant();
});

function adapter(changes: Record<string, string> = {}) {
  const settings = oneKosmosProvider.environment.parse({
    ONEKOSMOS_TENANT_URL: TENANT,
    ONEKOSMOS_LICENSE_KEY: LICENSE,
    ONEKOSMOS_WORKFLOW_KEY: 'acme_dvcid',
    ONEKOSMOS_ENVIRONMENT: 'production',
    ONEKOSMOS_CHECK_PATHS: 'face_match=checks[type=face_compare].status',
    ...changes,
  });
  return oneKosmosProvider.create(settings, {
    clock: { now: () => tenant.now },
    logger: { info: () => undefined, warn: () => undefined },
    http: { send: (request) => tenant.send(request) },
  });
}

const CREATE = {
  reference: 'vs_1',
  attempt: 1,
  nonce: 'n'.repeat(43),
  returnUrl: 'http://localhost:3000/v1/providers/return?state=s',
  webhookUrl: 'http://localhost:3000/v1/webhooks/1kosmos',
  language: 'en',
  expectedIdentity: new Sensitive(PERSON),
  chosenDocument: { issuingCountry: 'GBR', documentType: 'passport' },
};
const FETCH = {
  reference: 'vs_1',
  externalId: SESSION,
  attempt: 1,
  nonce: 'n'.repeat(43),
  returnUrl: CREATE.returnUrl,
};

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'no error',
    (error: unknown) => (error instanceof ProviderError ? error.code : String(error)),
  );
}

describe('what leaves for 1Kosmos', () => {
  it('to open a session: our reference and the kind of document, sealed; nothing about the person', async () => {
    await adapter().createSession(CREATE);
    expect(tenant.urls()).toEqual([
      `GET ${TENANT}/caas/sd`,
      `GET ${SERVICE}/publickeys`,
      `POST ${SERVICE}/document_share_session/create`,
    ]);
    const { license, requestId, envelope, message } = tenant.read(tenant.last());
    expect(license).toBe(LICENSE);
    expect(requestId).toEqual({ ts: 1795341601, appid: 'regain', uuid: expect.stringMatching(UUID) });
    expect(envelope).toEqual(['data']);
    expect(message).toEqual({
      dvcID: 'acme_dvcid',
      sessionRequest: {
        tenantDNS: 'acme.1kosmos.net',
        communityName: 'default',
        documentType: 'ppt_object',
        userUID: 'vs_1',
        did: 'vs_1',
      },
    });
    const text = JSON.stringify([tenant.sent, message]);
    for (const canary of [...Object.values(PERSON), 'Canary', 'sensitive', CREATE.nonce])
      expect(text).not.toContain(canary);
  });

  it('to ask for a result: workflow and session', async () => {
    await adapter().fetchResult(FETCH);
    expect(tenant.last().url).toBe(`${SERVICE}/v3/document_share_session/result`);
    expect(tenant.read(tenant.last()).message).toEqual({ dvcID: 'acme_dvcid', sessionId: SESSION });
    const unversioned = adapter({ ONEKOSMOS_RESULT_PATH: 'document_share_session/result' });
    await unversioned.fetchResult(FETCH);
    expect(tenant.last().url).toBe(`${SERVICE}/document_share_session/result`);
  });

  it('T112 carries exactly these headers, and neither license nor message in clear', async () => {
    await adapter().createSession(CREATE);
    const names = ['accept', 'content-type', 'licensekey', 'publickey', 'requestid'];
    expect(Object.keys(tenant.last().headers ?? {}).sort()).toEqual(names);
    for (const { headers } of tenant.sent.slice(0, 2))
      expect(Object.keys(headers ?? {}).sort()).toEqual(['accept', 'content-type']);
    for (const hidden of [LICENSE, 'acme_dvcid', 'vs_1', 'ppt_object'])
      expect(JSON.stringify(tenant.sent)).not.toContain(hidden);
  });

  it('is another request id for each call', async () => {
    const one = adapter();
    for (let call = 0; call < 5; call += 1) await one.fetchResult(FETCH);
    const calls = tenant.sent.filter(({ url }) => url.endsWith('/result'));
    expect(new Set(calls.map((request) => tenant.read(request).requestId.uuid)).size).toBe(5);
  });

  it('is another public key for each call, unless the settings have a private key', async () => {
    const publicKeys = () =>
      new Set(tenant.sent.filter(({ url }) => url.endsWith('/result')).map(({ headers }) => headers?.publickey));
    for (const one of [adapter(), adapter()]) await one.fetchResult(FETCH).then(() => one.fetchResult(FETCH));
    expect(publicKeys().size).toBe(4);
    tenant.sent.length = 0;
    const key = Buffer.alloc(32, 7);
    for (let call = 0; call < 3; call += 1) await adapter({ ONEKOSMOS_PRIVATE_KEY: base64(key) }).fetchResult(FETCH);
    expect(publicKeys()).toEqual(new Set([base64(secp256k1.getPublicKey(key, false).subarray(1))]));
  });

  it('is nothing at all for a session id that no session has', async () => {
    for (const externalId of ['', '../x', 'a b', 'x'.repeat(129)])
      expect(await codeOf(adapter().fetchResult({ ...FETCH, externalId }))).toBe('session_unknown');
    expect(tenant.sent).toEqual([]);
  });
});

describe('an answer', () => {
  const url = `${SERVICE}/v3/document_share_session/result`;

  it('T33 T34 to another call, played again, is not authentic: its key was made for that call', async () => {
    await adapter().fetchResult(FETCH);
    const recorded = tenant.result(tenant.last(), { sessionId: SESSION, status: 'Completed' });
    tenant.answers[url] = () => recorded;
    expect(await codeOf(adapter().fetchResult(FETCH))).toBe('not_authentic');
    const lenient = adapter({ ONEKOSMOS_RESULT_WITHOUT_SESSION_ID: 'accept' });
    expect(await codeOf(lenient.fetchResult(FETCH))).toBe('not_authentic');
  });

  it('without session id is refused, and answers its own call where the settings allow it', async () => {
    tenant.answers[url] = () => tenant.result(tenant.last(), { status: 'Completed' });
    expect(await codeOf(adapter().fetchResult(FETCH))).toBe('not_authentic');
    const report = await adapter({ ONEKOSMOS_RESULT_WITHOUT_SESSION_ID: 'accept' }).fetchResult(FETCH);
    expect(report.binding.externalId).toBe(SESSION);
  });

  it('that was sealed by somebody else, with his key beside it, is not authentic', async () => {
    const stranger = new Tenant();
    tenant.answers[url] = () => stranger.result(tenant.last(), { sessionId: SESSION, status: 'Completed' });
    expect(await codeOf(adapter().fetchResult(FETCH))).toBe('not_authentic');
  });

  it('in clear is no answer', async () => {
    tenant.answers[url] = () => answer({ sessionId: SESSION, status: 'Completed' });
    expect(await codeOf(adapter().fetchResult(FETCH))).toBe('unintelligible');
  });

  it.each([[[]], ['text'], [null], [17]])('that opens as %j is none', async (value) => {
    tenant.answers[url] = () => tenant.result(tenant.last(), value);
    expect(await codeOf(adapter().fetchResult(FETCH))).toBe('unintelligible');
  });

  it.each([
    'https://evil.example/idproofing/session/x',
    `http://acme.1kosmos.net/idproofing/session/${SESSION}`,
    'javascript:alert(1)',
    'https://acme.1kosmos.net@evil.example/',
    'not an address',
  ])('T111 that would send the person to %j is none', async (handoff) => {
    tenant.answers[`${SERVICE}/document_share_session/create`] = () => answer({ sessionId: SESSION, url: handoff });
    expect(await codeOf(adapter().createSession(CREATE))).toBe('unintelligible');
  });
});

describe('discovery', () => {
  const lookUps = () => tenant.sent.filter(({ url }) => url.endsWith('/caas/sd')).length;

  it('is asked once for ten minutes, and then again', async () => {
    const one = adapter();
    await one.createSession(CREATE);
    tenant.now = new Date(tenant.now.getTime() + 599_000);
    await one.fetchResult(FETCH);
    expect([lookUps(), tenant.sent.length]).toEqual([1, 4]);
    tenant.now = new Date(tenant.now.getTime() + 1_000);
    await one.fetchResult(FETCH);
    expect([lookUps(), tenant.sent.length]).toEqual([2, 7]);
  });

  it('is asked once by twenty calls at the same moment', async () => {
    const one = adapter();
    await Promise.all(Array.from({ length: 20 }, () => one.fetchResult(FETCH)));
    expect([lookUps(), tenant.sent.length]).toEqual([1, 22]);
  });

  it('that failed is not remembered', async () => {
    const one = adapter();
    const url = `${SERVICE}/publickeys`;
    tenant.answers[url] = () => answer({}, 503);
    expect(await codeOf(one.fetchResult(FETCH))).toBe('unavailable');
    delete tenant.answers[url];
    expect(await codeOf(one.fetchResult(FETCH))).toBe('no error');
  });

  it.each([
    [400, 'rejected'],
    [401, 'unauthorized'],
    [403, 'unauthorized'],
  ])('is forgotten when a call is refused with %i, which is not repeated', async (status, code) => {
    const one = adapter();
    await one.fetchResult(FETCH);
    const url = `${SERVICE}/v3/document_share_session/result`;
    tenant.answers[url] = () => answer({ code: status, message: 'refused' }, status);
    tenant.sent.length = 0;
    expect(await codeOf(one.fetchResult(FETCH))).toBe(code);
    expect(tenant.sent).toHaveLength(1);
    delete tenant.answers[url];
    expect(await codeOf(one.fetchResult(FETCH))).toBe('no error');
    expect(lookUps()).toBe(1);
  });

  it('is kept through an outage', async () => {
    const one = adapter();
    await one.fetchResult(FETCH);
    tenant.answers[`${SERVICE}/v3/document_share_session/result`] = () => answer({}, 503);
    expect(await codeOf(one.fetchResult(FETCH))).toBe('unavailable');
    await codeOf(one.fetchResult(FETCH));
    expect(lookUps()).toBe(1);
  });

  it('is forgotten when an answer does not open: the service may have a new key', async () => {
    const one = adapter();
    await one.fetchResult(FETCH);
    tenant.privateKey = secp256k1.utils.randomSecretKey();
    expect(await codeOf(one.fetchResult(FETCH))).toBe('not_authentic');
    expect(await codeOf(one.fetchResult(FETCH))).toBe('no error');
  });

  it.each([
    'https://evil.example/docuverify',
    'http://idv.1kosmos.net/docuverify',
    'https://169.254.169.254/docuverify',
    'https://idv.1kosmos.net@evil.example/docuverify',
    'https://idv.1kosmos.net:9200/docuverify',
    'https://idv.1kosmos.net/docuverify?to=elsewhere',
    'not an address',
  ])('T109 that leads to %j is refused, and nothing goes there', async (docuverify) => {
    tenant.answers[`${TENANT}/caas/sd`] = () => answer({ docuverify });
    expect(await codeOf(adapter().createSession(CREATE))).toBe('unintelligible');
    expect(tenant.urls()).toEqual([`GET ${TENANT}/caas/sd`]);
  });

  it('leads to a host that the settings name', async () => {
    tenant.answers[`${TENANT}/caas/sd`] = () => answer({ docuverify: 'https://idv.partner.example/docuverify' });
    tenant.answers['https://idv.partner.example/docuverify/publickeys'] = () =>
      answer({ publicKey: tenant.publicKey() });
    await adapter({ ONEKOSMOS_ALLOWED_HOSTS: 'idv.partner.example' }).createSession(CREATE);
    expect(tenant.last().url).toBe('https://idv.partner.example/docuverify/document_share_session/create');
  });

  it.each([base64(new Uint8Array(64)), base64(new Uint8Array(64).fill(255)), 'x'.repeat(88)])(
    'that gives %j for a key is refused, and no license is sealed for it',
    async (publicKey) => {
      const one = adapter();
      tenant.answers[`${SERVICE}/publickeys`] = () => answer({ publicKey });
      expect(await codeOf(one.createSession(CREATE))).toBe('unintelligible');
      expect(tenant.last().url).toBe(`${SERVICE}/publickeys`);
      delete tenant.answers[`${SERVICE}/publickeys`];
      expect(await codeOf(one.createSession(CREATE))).toBe('no error');
    },
  );
});

describe('health', () => {
  it('asks for the community, the services and the key afresh', async () => {
    const one = adapter();
    await one.fetchResult(FETCH);
    tenant.sent.length = 0;
    expect(await one.health?.()).toEqual({ ok: true });
    expect(tenant.urls()).toEqual([
      `POST ${TENANT}/api/r1/system/community_info/fetch`,
      `GET ${TENANT}/caas/sd`,
      `GET ${SERVICE}/publickeys`,
    ]);
    expect(JSON.parse(String(tenant.sent[0]?.body))).toEqual({ dns: 'acme.1kosmos.net', communityName: 'default' });
  });

  it('tells a tenant that has not our community', async () => {
    expect(await adapter({ ONEKOSMOS_COMMUNITY: 'other' }).health?.()).toEqual({ ok: false, detail: 'rejected' });
  });
});
