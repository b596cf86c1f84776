import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createRedisBackend, getDefaultBackendFactory } from 'bullmq';
import { Redis } from 'ioredis';
import { startRedis, type RedisServer } from '../../../scripts/servers/index.js';
import { pickFreePort } from '../../../src/embedded/process/index.js';
import { openQueueConnection, type QueueConnection } from '../../../src/platform/queue/queue-connection.js';
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

  describe(`${kind} that is away when a worker starts (F13)`, () => {
    let port: number;
    let door: Server;
    let away: QueueConnection;
    beforeEach(async () => {
      port = await pickFreePort();
      door = createServer((socket) => {
        const onwards = connect(server.port, '127.0.0.1');
        for (const end of [socket, onwards]) end.on('error', () => undefined);
        socket.pipe(onwards).pipe(socket);
      });
      const redisUrl = `redis://127.0.0.1:${port}`;
      away = await openQueueConnection({ redisUrl, poolSize: 1, answerWithinMs: 20 });
    });
    afterEach(async () => {
      await away.close();
      await new Promise((resolve) => door.close(resolve));
      await operator.config('SET', 'maxmemory-policy', 'noeviction');
    });
    const come = (): unknown => door.listen(port, '127.0.0.1');

    it('keeps no process from starting, and is used once it is there', async () => {
      come();
      expect(await Promise.race([away.ping(), away.refused])).toBeUndefined();
    });

    it('is refused when it comes and may throw jobs away (F14)', async () => {
      await operator.config('SET', 'maxmemory-policy', 'allkeys-lru');
      come();
      expect(await away.refused).toMatchObject({
        name: 'QueueEvictsError',
        message: 'the queue server must have maxmemory-policy noeviction, and has allkeys-lru',
      });
    });
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
