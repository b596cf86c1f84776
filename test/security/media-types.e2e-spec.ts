import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../../scripts/harness/eventually.js';
import { HttpClient } from '../../scripts/harness/http-client.js';
import { startService, type TestService } from '../support/service.js';
import { operations } from './fuzz/operations.js';

let service: TestService;
let desk: HttpClient;

beforeAll(async () => {
  service = await startService({ env: { RATE_LIMIT_SCALE: '10000' } });
  desk = new HttpClient({ baseUrl: service.url, bearer: service.ready.apiKey });
});
afterAll(() => service?.end());

/** The status that is answered to a head alone: whoever waits for the body does not answer. */
const announce = (method: string, path: string, type: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const headers = { 'content-type': type, 'content-length': String(9 * 1024 * 1024) };
    const sent = httpRequest(`${service.url}${path}`, { method, headers }, (response) => {
      resolve(response.statusCode);
      sent.destroy();
    });
    sent.once('error', reject).setTimeout(5_000, () => sent.destroy());
    sent.flushHeaders();
  });

const anybody = (): HttpClient => new HttpClient({ baseUrl: service.url, origin: service.url });

describe('a body of a type that the call does not take (T87)', () => {
  const OTHERS = [
    'image/jpeg',
    'IMAGE/PNG ; x=y',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
  ];
  const taking = operations().filter(({ method, body }) => method !== 'GET' && body);

  it.each(taking.map(({ method, path }) => [method, path] as const))('%s %s: 415, unread', async (method, path) => {
    for (const type of OTHERS) {
      const bytes = Buffer.from('login=demo.ana');
      const answer = await anybody().send(method, path.replaceAll(/\{[^}]+\}/g, 'x'), { body: { bytes, type } });
      expect([type, answer.status, answer.code]).toEqual([type, 415, 'unsupported_media_type']);
    }
  });

  it('is refused before nine megabytes of it are sent', async () => {
    expect(await announce('POST', '/v1/recovery-requests', 'image/jpeg')).toBe(415);
  });
});

describe('a body that its route takes (T87)', () => {
  it.each([
    ['PUT', '/v1/flow/evidence/selfie', 'image/jpeg', 401],
    ['POST', '/flow/evidence/selfie', 'multipart/form-data; boundary=x', 401],
    ['PUT', '/v1/subjects/x/proofing-record', 'multipart/form-data; boundary=x', 401],
    ['POST', '/v1/webhooks/nobody', 'application/json', 404],
  ])(
    '%s %s of nobody in particular is refused before nine megabytes of it are sent',
    async (method, path, type, status) => {
      expect(await announce(method, path, type)).toBe(status);
    },
  );
});

describe('a call that changes nothing', () => {
  it('is answered anew whatever Idempotency-Key comes with it', async () => {
    const { id } = await service.desk.openCase({ login: 'demo.bea' });
    const headers = { 'idempotency-key': 'the-same-for-every-call' };
    const read = async (): Promise<unknown> =>
      (await desk.get(`/v1/recovery-cases/${id}`, { headers })).expect(200).json<{ state: string }>().state;
    expect(await read()).toBe('link_sent');
    (await desk.post(`/v1/recovery-cases/${id}/cancel`, { reason: 'not needed any more' })).expect(200);
    expect(await read()).toBe('cancelled');
  });
});

describe('the stream of a flow', () => {
  it('is free again however early connections were given up', async () => {
    await service.desk.openCase({ login: 'demo.ana' });
    const applicant = service.applicant();
    await applicant.start(await service.trial.recoveryLink('ana@example.test'));
    const cookie = ['__Host-regain_flow', '__Host-regain_capture', 'regain_flow']
      .flatMap((name) => applicant.http.cookie(name)?.replace(/^/, `${name}=`) ?? [])
      .join('; ');
    const open = (after: 'headers' | 'at once'): Promise<number | undefined> =>
      new Promise((resolve) => {
        const sent = httpRequest(`${service.url}/v1/flow/events`, { headers: { cookie } }, (response) => {
          response.destroy();
          resolve(response.statusCode);
        });
        sent.once('error', () => resolve(undefined));
        sent.end(() => after === 'at once' && sent.destroy());
      });
    await Promise.all(Array.from({ length: 24 }, () => open('at once')));
    await eventually('a stream is opened', async () => ((await open('headers')) === 200 ? true : undefined));
  });
});
