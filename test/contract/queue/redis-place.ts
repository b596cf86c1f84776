import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRedisBackend, getDefaultBackendFactory } from 'bullmq';
import { Redis } from 'ioredis';
import { startRedis, type RedisServer } from '../../../scripts/harness/servers/index.js';
import { openQueueConnection } from '../../../src/platform/queue/queue-connection.js';
import { openTestDatabase, type TestDatabase } from '../../support/test-database.js';
import { queueContract } from '../queue.contract.js';

/** The queue contract on a real server, started once for the whole spec. */
export function redisQueueContract(kind: 'redis' | 'valkey'): void {
  let dataDir: string;
  let server: RedisServer;
  let operator: Redis;
  let test: TestDatabase;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), `regain-${kind}-`));
    server = await startRedis({ kind, dataDir });
    operator = new Redis(server.url);
    test = await openTestDatabase({ poolSize: 2 });
  });
  afterAll(async () => {
    operator.disconnect();
    await test.close();
    await server.process.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  queueContract(kind, async () => ({
    connection: await openQueueConnection({ redisUrl: server.url, poolSize: 1 }),
    settings: { REDIS_URL: server.url, QUEUE_DATABASE_URL: test.queueUrl },
    test,
    cutSessions: async () => void (await operator.client('KILL', 'TYPE', 'NORMAL', 'SKIPME', 'yes')),
    flush: async () => void (await operator.flushall()),
    dispose: async () => void (await operator.flushall()),
  }));

  it("is BullMQ's kind from then on, also where the process had PostgreSQL before", async () => {
    await (await openQueueConnection({ databaseUrl: 'postgresql://nobody@127.0.0.1:1/none', poolSize: 1 })).close();
    expect(getDefaultBackendFactory()).not.toBe(createRedisBackend);
    await (await openQueueConnection({ redisUrl: server.url, poolSize: 1 })).close();
    expect(getDefaultBackendFactory()).toBe(createRedisBackend);
  });

  describe(`${kind} that may throw jobs away`, () => {
    it.each(['allkeys-lru', 'volatile-ttl'])('is refused: %s (F14)', async (policy) => {
      await operator.config('SET', 'maxmemory-policy', policy);
      try {
        await expect(openQueueConnection({ redisUrl: server.url, poolSize: 1 })).rejects.toThrow('noeviction');
      } finally {
        await operator.config('SET', 'maxmemory-policy', 'noeviction');
      }
    });
  });
}
