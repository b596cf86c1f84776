import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { pickFreePort } from '../../../src/embedded/process/index.js';
import {
  findServerPrograms,
  ServerNotFoundError,
  ServerStartError,
  startNginx,
  startPostgres,
  startRedis,
} from './index.js';

// radosgw has its own: src/platform/storage/s3-radosgw.int-spec.ts, which starts it once for everything.
describe('real servers', () => {
  const path = process.env.PATH;
  const stops: (() => Promise<void>)[] = [];
  let dataDir: string;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'regain-servers-'));
  });
  afterEach(async () => {
    process.env.PATH = path;
    for (const stop of stops.splice(0).reverse()) await stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it.each(['redis', 'valkey'] as const)(
    '%s keeps what was written when it is killed, and evicts nothing',
    async (kind) => {
      const server = await startRedis({ kind, dataDir, settings: { appendfsync: 'always' } });
      stops.push(() => server.process.stop());
      const redis = new Redis(server.url, { retryStrategy: () => 20, maxRetriesPerRequest: null });
      redis.on('error', () => undefined);
      stops.push(async () => redis.disconnect());
      await redis.set('kept', 'yes');
      expect(await redis.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction']);
      const before = server.process.pid;
      await server.process.kill();
      expect(server.process.running).toBe(false);
      await server.process.start();
      expect(server.process.pid).not.toBe(before);
      expect(await redis.get('kept')).toBe('yes');
      expect(await redis.info('server')).toContain(kind === 'valkey' ? 'valkey_version:' : 'redis_version:');
    },
  );

  it('PostgreSQL keeps what was committed when it is killed', async () => {
    const server = await startPostgres({ dataDir });
    stops.push(() => server.process.stop());
    const ask = async (sql: string): Promise<unknown[]> => {
      const client = new Client({ connectionString: server.superuserUrl });
      await client.connect();
      return client.query(sql).then(({ rows }) => client.end().then(() => rows as unknown[]));
    };
    await ask('CREATE TABLE kept AS SELECT 1 AS one');
    await server.process.kill();
    await server.process.start();
    expect(await ask('SELECT one FROM kept')).toEqual([{ one: 1 }]);
  });

  it('nginx answers by its configuration', async () => {
    const port = await pickFreePort();
    const configurationFile = join(dataDir, 'nginx.conf');
    const folders = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${name};`);
    const site = `server { listen 127.0.0.1:${port}; return 204; }`;
    await writeFile(
      configurationFile,
      `pid nginx.pid; events {} http { access_log off; ${folders.join(' ')} ${site} }`,
    );
    const server = await startNginx({ dataDir, configurationFile, port });
    stops.push(() => server.stop());
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(204);
  });

  it('say why they do not start', async () => {
    const refused = startRedis({ kind: 'redis', dataDir, settings: { 'maxmemory-policy': 'whatever' } });
    await expect(refused).rejects.toThrow(ServerStartError);
    await expect(refused).rejects.toThrow(/maxmemory-policy/);
  });

  it('that are found nowhere are an error that says what to install', async () => {
    process.env.PATH = '';
    const missing = findServerPrograms('radosgw', { cache: join(dataDir, 'cache') });
    await expect(missing).rejects.toThrow(ServerNotFoundError);
    await expect(missing).rejects.toThrow(/Install radosgw, ceph-mon, ceph-osd\.$/);
  });
});
