import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { MemoryObjectStore } from '../../test/model/memory-object-store.js';
import type { Database } from '../platform/database/database.js';
import { Metrics } from '../platform/telemetry/metrics.js';
import { createAdminServer } from './admin-server.js';

const TOKEN = 'operators-token-of-at-least-32-characters';
const pool = { inUse: 0, idle: 0, waiting: 0 };
/** Every figure is zero. */
const nothing = { one: async () => new Proxy({}, { get: () => 0 }), many: async () => [] };
const answering = { pool, read: (ask: (tx: typeof nothing) => unknown) => ask(nothing) } as unknown as Database;

let server: FastifyInstance;

beforeAll(async () => {
  const objects = Object.assign(new MemoryObjectStore(), { down: true });
  server = await createAdminServer({ token: TOKEN, database: answering, objects, metrics: new Metrics() });
});
afterAll(() => server.close());

it('tells of an object store that is away, in its figures and in words, and keeps the process ready', async () => {
  const ready = await server.inject('/health/ready');
  expect([ready.statusCode, ready.json()]).toEqual([
    200,
    { status: 'ready', dependencies: { database: 'up', objectStore: 'down' } },
  ]);
  const scrape = await server.inject({ url: '/metrics', headers: { authorization: `Bearer ${TOKEN}` } });
  expect(scrape.body).toContain('regain_scrape_source_up{source="objects"} 0\n');
});
