import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { openBrowser } from '../../scripts/harness/chromium/index.js';
import { Metrics } from '../platform/telemetry/metrics.js';
import { createAdminServer, type AdminParts } from './admin-server.js';
import { apiBrowser } from './api-browser.js';

const TOKEN = 'operators-token-of-at-least-32-characters';
const basic = (name: string, password: string): string =>
  `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;

let server: FastifyInstance;
let changed = 0;

beforeAll(async () => {
  server = await createAdminServer({
    token: TOKEN,
    database: {} as AdminParts['database'],
    objects: {} as AdminParts['objects'],
    metrics: new Metrics(),
    extend: (guarded) => {
      apiBrowser(guarded);
      guarded.post('/dev/change', async () => (changed += 1));
    },
  });
  await server.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(() => server.close());

const ask = (
  authorization: string | undefined,
  { method = 'GET', url = '/docs' }: { method?: 'GET' | 'POST'; url?: string } = {},
) => server.inject({ method, url, headers: authorization === undefined ? {} : { authorization } });

describe('the operators’ token (T113)', () => {
  it.each([
    `Bearer ${TOKEN}`,
    `bearer ${TOKEN}`,
    `BEARER  ${TOKEN}`,
    basic('anybody', TOKEN),
    basic('', TOKEN),
    basic('anybody', TOKEN).replace('Basic', 'basic'),
  ])('is taken: %s', async (authorization) => {
    expect((await ask(authorization)).statusCode).toBe(200);
  });

  it.each([
    undefined,
    '',
    TOKEN,
    'Bearer',
    'Bearer x',
    `Bearer ${TOKEN} ${TOKEN}`,
    `Basic ${TOKEN}`,
    basic(TOKEN, ''),
    basic('anybody', `${TOKEN}x`),
    basic('anybody', TOKEN).replace('Basic', 'Digest'),
  ])('is missing, and asked for as a browser and a program know it: %s', async (authorization) => {
    const answer = await ask(authorization);
    expect(answer.statusCode).toBe(401);
    expect(answer.headers['www-authenticate']).toEqual(['Basic realm="regain operators"', 'Bearer']);
  });

  it('T113: orders nothing where a browser sends it by itself', async () => {
    const order = { method: 'POST', url: '/dev/change' } as const;
    expect((await ask(basic('anybody', TOKEN), order)).statusCode).toBe(403);
    expect(changed).toBe(0);
    expect((await ask(`Bearer ${TOKEN}`, order)).statusCode).toBe(200);
  });

  it('opens the API browser in a browser', async () => {
    const { port } = server.server.address() as AddressInfo;
    const browser = await openBrowser();
    try {
      const context = await browser.newContext({ httpCredentials: { username: 'operator', password: TOKEN } });
      const page = await context.newPage();
      await page.goto(`http://127.0.0.1:${port}/docs`);
      await page
        .getByRole('heading', { name: /Regain/ })
        .first()
        .waitFor();
      await page.locator('.opblock').first().waitFor();
    } finally {
      await browser.close();
    }
  });
});
