import { describe, expect, it } from '@jest/globals';
import { ProviderError } from '../errors.js';
import type { HttpRequest } from '../ports.js';
import { Sensitive } from '../sensitive.js';
import { bearerKey, bearerToken, keyInHeader } from './authorization.js';
import { formBody, jsonBody, multipartBody } from './content.js';
import { KeptValue } from './kept-value.js';
import { callPartner, partnerApi, type CallOptions } from './partner-call.js';

const KEY = new Sensitive('key-of-acme-0123456789');

/** A partner that answers with one status, and what it was sent. */
function partner(status = 200) {
  const sent: HttpRequest[] = [];
  const ports = {
    clock: { now: () => new Date('2026-11-22T10:00:00Z') },
    http: {
      send: async (request: HttpRequest) => {
        sent.push(request);
        return { status, headers: {}, body: new Uint8Array() };
      },
    },
  };
  const api = (common: CallOptions = {}) =>
    partnerApi({ ...ports, baseUrl: 'https://api.acme.example/v1/', ...common });
  return { sent, ports, api };
}

describe('a call to a partner', () => {
  it('is JSON with the partner’s key, below its address and within limits', async () => {
    const { sent, api } = partner();
    const call = api({ authorize: bearerKey(KEY), timeoutMs: 8000, maxResponseBytes: 1024 });
    await call('POST', 'sessions', { body: jsonBody({ reference: 'vs_1' }), timeoutMs: 3000 });
    expect(sent).toEqual([
      {
        method: 'POST',
        url: 'https://api.acme.example/v1/sessions',
        headers: {
          accept: 'application/json',
          'content-type': 'application/json',
          authorization: 'Bearer key-of-acme-0123456789',
        },
        body: '{"reference":"vs_1"}',
        timeoutMs: 3000,
        maxResponseBytes: 1024,
      },
    ]);
  });

  it('without a body names no type of one, and what one call asked for is forgotten by the next', async () => {
    const { sent, api } = partner();
    const call = api({ timeoutMs: 8000 });
    await call('POST', 'a', { body: jsonBody({}), headers: { 'x-a': '1' }, timeoutMs: 3000 });
    await call('GET', 'b');
    expect(sent[1]).toMatchObject({ headers: { accept: 'application/json' }, timeoutMs: 8000 });
    expect(Object.keys(sent[1]?.headers ?? {})).toEqual(['accept']);
    expect(sent[1]?.body).toBeUndefined();
  });

  it('carries a form, a file, a key in a header of the partner’s own, and further headers', async () => {
    const { sent, api } = partner();
    const call = api({ authorize: keyInHeader('apikey', KEY), headers: { accept: '*/*', tenant: 't' } });
    await call('POST', 'form', { body: formBody({ scope: 'a b' }), headers: { apikey: 'another', 'x-once': '1' } });
    const form = new FormData();
    form.append('front', new Blob([Uint8Array.of(1, 2)]), 'front.jpeg');
    await call('POST', 'file', { body: await multipartBody(form) });
    expect(sent[0]).toMatchObject({
      headers: {
        accept: '*/*',
        tenant: 't',
        'x-once': '1',
        apikey: 'key-of-acme-0123456789',
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'scope=a+b',
    });
    const headers = { 'content-type': sent[1]?.headers?.['content-type'] ?? '' };
    const read = await new Response(sent[1]?.body as Uint8Array<ArrayBuffer>, { headers }).formData();
    expect((read.get('front') as File).name).toBe('front.jpeg');
  });
});

describe('an answer of a partner', () => {
  it.each([
    [200, {}],
    [201, { expectedStatuses: [200, 201] }],
    [404, { expectedStatuses: [200, 404], namesSession: true }],
  ])('comes back when %i was expected', async (status, options) => {
    expect((await partner(status).api()('GET', 'x', options)).status).toBe(status);
  });

  it.each([
    [201, {}, 'unintelligible'],
    [200, { expectedStatuses: [201] }, 'unintelligible'],
    [302, {}, 'unintelligible'],
    [400, { namesSession: true }, 'rejected'],
    [401, {}, 'unauthorized'],
    [404, {}, 'rejected'],
    [404, { namesSession: true }, 'session_unknown'],
    [429, {}, 'rate_limited'],
    [503, {}, 'unavailable'],
  ])('is no answer when %i came and %j was expected: %s', async (status, options, code) => {
    const { api, sent } = partner(status);
    await expect(api()('GET', 'x', options)).rejects.toMatchObject({ code, details: { httpStatus: status } });
    expect(sent).toHaveLength(1);
  });
});

describe('a token that a partner gave out', () => {
  function tokens({ clock }: ReturnType<typeof partner>['ports']) {
    let asked = 0;
    return new KeptValue(clock, async () => {
      asked += 1;
      return { value: new Sensitive(`token-${asked}`), usableUntilMs: Number.POSITIVE_INFINITY };
    });
  }
  const bearers = (sent: HttpRequest[]) => sent.map(({ headers }) => headers?.authorization);

  it('is kept by every answer but 401', async () => {
    for (const status of [200, 403, 404, 500]) {
      const { ports, sent } = partner(status);
      const call = { method: 'GET', url: 'https://acme.example/', authorize: bearerToken(tokens(ports)) } as const;
      for (const _ of [1, 2]) await callPartner(ports, call).catch(() => undefined);
      expect(bearers(sent)).toEqual(['Bearer token-1', 'Bearer token-1']);
    }
  });

  it('is asked for anew after a 401, by the next call: the refused one is not repeated', async () => {
    const { ports, sent } = partner(401);
    const call = { method: 'GET', url: 'https://acme.example/', authorize: bearerToken(tokens(ports)) } as const;
    await expect(callPartner(ports, call)).rejects.toMatchObject({ code: 'unauthorized' });
    expect(bearers(sent)).toEqual(['Bearer token-1']);
    await callPartner(ports, call).catch(() => undefined);
    expect(bearers(sent)).toEqual(['Bearer token-1', 'Bearer token-2']);
  });

  it('that is not to be had leaves nothing to send', async () => {
    const { api, sent } = partner();
    const refused = new ProviderError('unauthorized', 'the token endpoint refused the application');
    const authorize = () => Promise.reject(refused);
    await expect(api({ authorize })('GET', 'x')).rejects.toBe(refused);
    expect(sent).toEqual([]);
  });
});
