import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { startRedis, type RedisServer } from '../../../scripts/harness/servers/index.js';
import { pickFreePort } from '../../embedded/process/index.js';
import { openQueueConnection, type QueueConnection } from './queue-connection.js';

const LONGEST_MS = 10_000;

let dataDir: string;
let server: RedisServer;
let operator: Redis;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'regain-away-redis-'));
  server = await startRedis({ kind: 'redis', dataDir });
  operator = new Redis(server.url);
});
afterAll(async () => {
  operator.disconnect();
  await server.process.stop();
  await rm(dataDir, { recursive: true, force: true });
});

describe('a queue’s server that is away when a worker starts (F13)', () => {
  let port: number;
  /** What the worker knows the server by: closed at first. */
  let door: Server;
  let away: QueueConnection | undefined;
  beforeEach(async () => {
    port = await pickFreePort();
    door = createServer((socket) => {
      const onwards = connect(server.port, '127.0.0.1');
      for (const end of [socket, onwards]) end.on('error', () => undefined);
      socket.pipe(onwards).pipe(socket);
    });
  });
  afterEach(async () => {
    await away?.close();
    await new Promise((resolve) => door.close(resolve));
    await operator.config('SET', 'maxmemory-policy', 'noeviction');
  });
  const open = async (account = ''): Promise<QueueConnection> => {
    const redisUrl = `redis://${account}127.0.0.1:${port}`;
    away = await openQueueConnection({ redisUrl, poolSize: 1, answerWithinMs: 20 });
    return away;
  };
  const come = (): unknown => door.listen(port, '127.0.0.1');

  it(
    'keeps no process from starting, and is used once it is there',
    async () => {
      const { ping, refused } = await open();
      come();
      expect(await Promise.race([ping(), refused])).toBeUndefined();
    },
    LONGEST_MS,
  );

  it.each([
    ['may throw jobs away', ''],
    ['may, and forbids CONFIG as managed servers do', 'managed:managed@'],
  ])(
    'is refused when it comes and %s (F14)',
    async (_what, account) => {
      await operator.acl('SETUSER', 'managed', 'on', '>managed', '~*', '&*', '+@all', '-config');
      await operator.config('SET', 'maxmemory-policy', 'allkeys-lru');
      const { refused } = await open(account);
      come();
      expect(await refused).toMatchObject({
        name: 'QueueEvictsError',
        message: 'the queue server must have maxmemory-policy noeviction, and has allkeys-lru',
      });
    },
    LONGEST_MS,
  );
});
