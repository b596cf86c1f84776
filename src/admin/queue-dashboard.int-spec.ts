import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Queue, Worker } from 'bullmq';
import fastifyFactory, { type FastifyInstance } from 'fastify';
import type { Page } from 'playwright-core';
import { openBrowser } from '../../scripts/harness/chromium/index.js';
import { eventually } from '../../scripts/harness/eventually.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { migrateQueueSchema } from '../platform/queue/queue-migrations.js';
import { openQueueConnection, type QueueConnection } from '../platform/queue/queue-connection.js';
import { redrive } from '../platform/queue/redrive.js';
import { queueDashboard } from './queue-dashboard.js';

const TOKEN = 'operators-token-of-at-least-32-characters';
const BEARER = `Bearer ${TOKEN}`;
const BASIC = `Basic ${Buffer.from(`anybody:${TOKEN}`).toString('base64')}`;

let test: TestDatabase;
let store: QueueConnection;
let queue: Queue;
let worker: Worker;
let server: FastifyInstance;
let poisoned = true;
let count = 0;

beforeAll(async () => {
  test = await openTestDatabase();
  await migrateQueueSchema(test.queueUrl);
  store = await openQueueConnection({ databaseUrl: test.queueUrl, poolSize: 8 });
  const { connection } = store;
  queue = new Queue('deliver-link', { connection });
  const work = async (): Promise<void> => {
    if (poisoned) throw new Error('poison');
  };
  worker = new Worker('deliver-link', work, { connection });
  server = fastifyFactory();
  await queueDashboard(server, { token: TOKEN, queues: [queue], database: test.database });
  await server.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(async () => {
  await server?.close();
  await worker?.close();
  await queue?.close();
  await store?.close();
  await test?.close();
});

const failed = async (): Promise<number> => (await queue.getJobCounts('failed')).failed ?? 0;

/** A job whose tries are used up. */
async function deadLetter(): Promise<string> {
  poisoned = true;
  const jobId = `outbox-${(count += 1)}`;
  await queue.add(
    'deliver-link',
    { caseId: 'rc_1' },
    { jobId, attempts: 2, backoff: { type: 'fixed', delay: 10 }, removeOnComplete: true },
  );
  await eventually('the job is a dead letter', async () => (await queue.getJob(jobId))?.isFailed());
  poisoned = false;
  return jobId;
}

const noted = async (): Promise<void> => undefined;

/** Names of buttons and menu entries that would change something. */
async function ordersOn(page: Page): Promise<string[]> {
  const menu = page.locator('button[aria-haspopup="menu"]');
  const names: string[] = [];
  for (let at = -1; at < (await menu.count()); at += 1) {
    if (at >= 0) await menu.nth(at).click();
    names.push(
      ...(await page
        .locator('button, [role="menuitem"]')
        .evaluateAll((found) =>
          found.map((one) => `${one.getAttribute('aria-label') ?? ''} ${one.textContent}`.trim()),
        )),
    );
    if (at >= 0) await page.keyboard.press('Escape');
  }
  const orders = /retry|clean|empty|obliterate|delete|remove|promote|pause|resume|add|update|edit|duplicate|purge/i;
  return [...new Set(names)].filter((name) => orders.test(name));
}
const trail = async (): Promise<{ actorId: string; data: { queue: string; jobIds: string[] } }[]> =>
  test.database.read(
    (tx) => tx.many<{ actorId: string; data: { queue: string; jobIds: string[] } }>`
      SELECT actor_id, data FROM audit_events WHERE type = 'queue.redriven' ORDER BY seq`,
  );

describe('dead letters', () => {
  let jobId: string;
  beforeEach(async () => {
    jobId = await deadLetter();
  });

  it('are put back with all their tries, all, of one queue or one, and only those', async () => {
    await expect(redrive([queue], { queue: 'no-such-queue' }, noted)).rejects.toThrow('no such queue');
    expect(await redrive([queue], { jobId: 'outbox-999' }, noted)).toEqual([]);
    expect(await failed()).toBe(1);
    expect(await redrive([queue], { queue: 'deliver-link', jobId }, noted)).toEqual([
      { queue: 'deliver-link', jobIds: [jobId] },
    ]);
    await eventually(
      'the job is done',
      async () => (await failed()) === 0 && (await queue.getJob(jobId)) === undefined,
    );
    expect(await redrive([queue], {}, noted)).toEqual([]);
  });

  it('stay where they are when nobody can note it, and one that somebody else put back keeps no other back', async () => {
    const unnoted = async (): Promise<void> => {
      throw new Error('the database is down');
    };
    await expect(redrive([queue], {}, unnoted)).rejects.toThrow('the database is down');
    expect(await failed()).toBe(1);
    const other = await deadLetter();
    const alsoRetries = async (): Promise<void> => void (await (await queue.getJob(jobId))?.retry());
    expect(await redrive([queue], {}, alsoRetries)).toEqual([
      { queue: 'deliver-link', jobIds: [other], left: [jobId] },
    ]);
    for (const id of [jobId, other])
      await eventually('the job is done', async () => (await queue.getJob(id)) === undefined);
  });

  it('are put back by the operators’ port, which writes down which', async () => {
    const answer = await server.inject({
      method: 'POST',
      url: '/queues/redrive',
      headers: { authorization: BEARER },
      payload: {},
    });
    expect(answer.json()).toEqual({ redriven: [{ queue: 'deliver-link', jobIds: [jobId] }] });
    expect((await trail()).at(-1)).toEqual({
      actorId: 'operators_port',
      data: { queue: 'deliver-link', jobIds: [jobId] },
    });
    await eventually('the job is done', async () => (await failed()) === 0);
  });
});

describe('the dashboard (T113)', () => {
  it.each([undefined, 'Bearer x', 'Basic eDp4', 'Basic', `Basic ${TOKEN}`, TOKEN, BASIC.replace('Basic', 'Digest')])(
    'refuses %s',
    async (authorization) => {
      for (const url of ['/queues', '/queues/', '/queues/api/queues', '/queues/static/js/main.js', '/queues/redrive']) {
        const method = url.endsWith('redrive') ? 'POST' : 'GET';
        const answer = await server.inject({ method, url, headers: authorization ? { authorization } : {} });
        expect([url, answer.statusCode]).toEqual([url, 401]);
        expect(answer.headers['www-authenticate']).toEqual([expect.stringMatching(/^Basic/), 'Bearer']);
      }
    },
  );

  it.each([
    ['PUT', '/queues/api/queues/pause'],
    ['PUT', '/queues/api/queues/deliver-link/pause'],
    ['POST', '/queues/api/queues/deliver-link/add'],
    ['PUT', '/queues/api/queues/deliver-link/obliterate'],
    ['PUT', '/queues/api/queues/deliver-link/empty'],
    ['PUT', '/queues/api/queues/deliver-link/clean/failed'],
    ['PUT', '/queues/api/queues/deliver-link/outbox-1/clean'],
    ['PATCH', '/queues/api/queues/deliver-link/outbox-1/update-data'],
    ['PUT', '/queues/api/queues/deliver-link/outbox-1/promote'],
    ['PUT', '/queues/api/queues/deliver-link/retry/completed'],
    ['PUT', '/queues/api/queues/deliver-link/retry/failed'],
    ['PUT', '/queues/api/queues/deliver-link/outbox-1/retry'],
  ] as const)('adds, edits and deletes nothing: %s %s', async (method, url) => {
    const answer = await server.inject({ method, url, headers: { authorization: BEARER } });
    expect(answer.statusCode).toBe(403);
  });

  it('takes no order from another site’s page', async () => {
    const url = '/queues/redrive';
    for (const site of ['cross-site', 'same-site', 'none', undefined]) {
      const headers = { authorization: BASIC, ...(site ? { 'sec-fetch-site': site } : {}) };
      expect((await server.inject({ method: 'POST', url, headers })).statusCode).toBe(403);
    }
  });

  it('tells its own page by Origin where a browser does not say more: over plain http inside a network', async () => {
    const url = '/queues/redrive';
    const status = async (origin: string): Promise<number> => {
      const headers = { authorization: BASIC, host: '10.0.0.5:3001', origin };
      return (await server.inject({ method: 'POST', url, headers })).statusCode;
    };
    expect(await status('http://10.0.0.5:3001')).toBe(200);
    for (const other of ['https://10.0.0.5:3001', 'http://10.0.0.5', 'http://10.0.0.6:3001', 'null'])
      expect(await status(other)).toBe(403);
  });

  it('works in a browser under its content policy, offers nothing it would refuse, and a job is put back from its pages', async () => {
    const jobId = await deadLetter();
    const url = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}/queues`;
    const browser = await openBrowser();
    try {
      const context = await browser.newContext({ httpCredentials: { username: 'anybody', password: TOKEN } });
      const page = await context.newPage();
      const faults: string[] = [];
      page.on('pageerror', (error) => faults.push(error.message));
      page.on('request', (request) => void (request.url().startsWith(url) || faults.push(request.url())));
      await page.goto(`${url}/queue/deliver-link?status=failed`);
      await page.getByText(jobId).first().waitFor();
      if (process.env.SCREENSHOT) await page.screenshot({ path: process.env.SCREENSHOT });
      expect(await ordersOn(page)).toEqual([]);
      const status = await page.evaluate(
        async (body) =>
          (await fetch('/queues/redrive', { method: 'POST', headers: { 'content-type': 'application/json' }, body }))
            .status,
        JSON.stringify({ queue: 'deliver-link', jobId }),
      );
      expect(status).toBe(200);
      await eventually('the job is done', async () => (await failed()) === 0);
      expect((await trail()).at(-1)?.data.jobIds).toEqual([jobId]);
      // The fonts that its page names elsewhere are asked for and refused by the policy.
      expect(faults.filter((fault) => !fault.startsWith('https://fonts.googleapis.com/'))).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});
