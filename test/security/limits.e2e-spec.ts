import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HttpClient } from '../../scripts/harness/http-client.js';
import { newSecret } from '../../src/platform/ids/ids.js';
import { startService, type TestService } from '../support/service.js';

let service: TestService;

beforeAll(async () => {
  // Room for a thousand requests from one address; the limits of an account are as they are shipped.
  service = await startService();
});
afterAll(() => service?.end());

const start = (login: string, headers: Record<string, string> = {}): Promise<number> =>
  new HttpClient({ baseUrl: service.url, origin: service.url })
    .send('POST', '/v1/recovery-requests', { json: { login }, headers })
    .then(({ status }) => status);

describe('limits', () => {
  it('of self-service starts by source hold, whatever a forwarding header says (T115)', async () => {
    const statuses: number[] = [];
    for (let request = 0; request < 60; request += 1) {
      const address = `198.51.100.${request}`;
      const headers = {
        'x-forwarded-for': address,
        forwarded: `for=${address}`,
        'x-real-ip': address,
        'cf-connecting-ip': address,
      };
      statuses.push(await start(`nobody.${request}`, headers));
    }
    expect(statuses.filter((status) => status === 202)).toHaveLength(30);
    expect(statuses.slice(30)).toEqual(Array.from({ length: 30 }, () => 429));
  });

  it('say when to come back', async () => {
    const answer = await new HttpClient({ baseUrl: service.url, origin: service.url }).post('/v1/recovery-requests', {
      login: 'x',
    });
    expect([answer.status, answer.code]).toEqual([429, 'too_many_requests']);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('of guesses at links hold: the sixty-first is told to wait', async () => {
    const statuses = new Map<number, number>();
    for (let guess = 0; guess < 70; guess += 1) {
      const { status } = await service.applicant().http.post('/v1/flow/start', { linkToken: newSecret() });
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    expect([...statuses]).toEqual([
      [410, 60],
      [429, 10],
    ]);
  });
});

describe('somebody who is bombed with recoveries (T9)', () => {
  it('gets one case and a handful of mails, and can still be helped', async () => {
    const bombed = await startService({ env: { RATE_LIMIT_SCALE: '100' } });
    try {
      const client = new HttpClient({ baseUrl: bombed.url, origin: bombed.url });
      // Fifty at a time: a machine that is asked for more than it can do may also say 503.
      for (let wave = 0; wave < 8; wave += 1) {
        const answers = await Promise.all(
          Array.from({ length: 50 }, () => client.post('/v1/recovery-requests', { login: 'demo.ana' })),
        );
        expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
      }
      await bombed.trial.recoveryLink('ana@example.test');
      const page = await new HttpClient({ baseUrl: bombed.url, bearer: bombed.ready.apiKey }).get('/v1/recovery-cases');
      const { data } = page.expect(200).json<{ data: { id: string }[] }>();
      expect(data).toHaveLength(1);
      expect((await bombed.trial.mails('ana@example.test')).length).toBeLessThanOrEqual(2);
      await bombed.desk.resendLink(data[0]?.id ?? '');
      expect(bombed.errorLines()).toEqual([]);
    } finally {
      await bombed.end();
    }
  });
});
