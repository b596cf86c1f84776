import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { transformFile } from '@swc/core';
import { Client } from 'pg';
import {
  connectEmbeddedPostgres,
  EmbeddedPostgresError,
  removeEmbeddedPostgres,
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../src/embedded/postgres/index.js';
import { DataDirectoryInUseError, pickFreePort, processIdentity } from '../../src/embedded/process/index.js';

const checkout = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

async function query<Row extends object>(url: string, sql: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Strips the types from the launcher, so that a plain Node process, which we can kill, runs today's source. */
async function compileLauncher(): Promise<string> {
  await mkdir(join(checkout, '.cache'), { recursive: true });
  const target = await mkdtemp(join(checkout, '.cache', 'embedded-spec-'));
  const source = join(checkout, 'src', 'embedded');
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' });
  for (const file of files.filter((name) => name.endsWith('.ts') && !name.includes('spec'))) {
    const { code } = await transformFile(join(source, file), {
      swcrc: false,
      jsc: { target: 'es2022', parser: { syntax: 'typescript', decorators: true } },
      module: { type: 'es6' },
    });
    await mkdir(dirname(join(target, file)), { recursive: true });
    await writeFile(join(target, file.replace(/\.ts$/, '.js')), code);
  }
  await writeFile(join(target, 'package.json'), '{"type":"module"}');
  await writeFile(
    join(target, 'run.js'),
    `import { startEmbeddedPostgres } from './postgres/index.js';
     const options = JSON.parse(process.argv[2]);
     try {
       const { pid, port, attached } = await startEmbeddedPostgres(options);
       console.log(JSON.stringify({ pid, port, attached }));
       process.stdin.on('end', () => process.exit(0)).resume();
     } catch (error) {
       console.log(JSON.stringify({ failure: error.name }));
       process.exit(3);
     }`,
  );
  return target;
}

interface ChildReport {
  pid: number;
  port: number;
  attached: boolean;
  failure?: string;
}

describe('embedded PostgreSQL', () => {
  let folder: string;
  let dataDir: string;
  let launcher: string;
  let running: EmbeddedPostgres;

  const startInChild = async (): Promise<{ child: ChildProcess; report: ChildReport }> => {
    const child = spawn(process.execPath, [join(launcher, 'run.js'), JSON.stringify({ dataDir })], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { PATH: process.env.PATH },
    });
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    return { child, report: JSON.parse(line) as ChildReport };
  };

  const kill = async (child: ChildProcess): Promise<void> => {
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'regain-embedded-'));
    await chmod(folder, 0o711);
    dataDir = join(folder, 'data dir');
    launcher = await compileLauncher();
    const startedAt = performance.now();
    running = await startEmbeddedPostgres({ dataDir });
    // Alone on the machine a first start takes about a second; this guards against a different order of size.
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });

  afterAll(async () => {
    await running.stop();
    await removeEmbeddedPostgres(dataDir);
    for (const path of [folder, launcher]) await rm(path, { recursive: true, force: true });
  });

  it('is durable, listens on this machine only and takes no other password', async () => {
    const settings = await query<{ name: string; setting: string }>(
      running.superuserUrl,
      `SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit',
       'listen_addresses', 'unix_socket_directories', 'max_connections', 'password_encryption', 'wal_level')`,
    );
    expect(Object.fromEntries(settings.map(({ name, setting }) => [name, setting]))).toEqual({
      fsync: 'on',
      full_page_writes: 'on',
      synchronous_commit: 'on',
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      max_connections: '400',
      password_encryption: 'scram-sha-256',
      wal_level: 'replica',
    });
    const guess = new URL(running.appUrl);
    guess.password = 'guess';
    await expect(query(guess.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
    expect((await stat(join(dataDir, 'postgres-credentials.json'))).mode & 0o777).toBe(0o600);
  });

  it('gives each role its own rights', async () => {
    const denied = { code: '42501' };
    await query(running.ownerUrl, 'CREATE TABLE seen (id int); GRANT SELECT ON seen TO regain_app');
    expect(await query(running.appUrl, 'SELECT id FROM seen')).toEqual([]);
    await expect(query(running.appUrl, 'INSERT INTO seen VALUES (1)')).rejects.toMatchObject(denied);
    await expect(query(running.appUrl, 'CREATE TABLE mine (id int)')).rejects.toMatchObject(denied);
    await expect(query(running.appUrl, 'CREATE TABLE bullmq.mine (id int)')).rejects.toMatchObject(denied);
    await expect(query(running.queueUrl, 'SELECT id FROM public.seen')).rejects.toMatchObject(denied);
    await query(running.queueUrl, 'CREATE SCHEMA IF NOT EXISTS bullmq; CREATE TABLE bullmq.job (id int)');
    await expect(query(running.ownerUrl, 'CREATE ROLE more')).rejects.toMatchObject(denied);
  });

  it('creates databases, empty and as copies, and drops them', async () => {
    const template = await running.createDatabase('template_a');
    await query(template.ownerUrl, 'CREATE TABLE kept AS SELECT 7 AS number; GRANT SELECT ON kept TO regain_app');
    const [first, second] = await Promise.all(
      ['copy_a', 'copy_b'].map((name) => running.createDatabase(name, { template: 'template_a' })),
    );
    for (const copy of [first, second]) {
      expect(await query(copy?.appUrl ?? '', 'SELECT number FROM kept')).toEqual([{ number: 7 }]);
    }
    const session = new Client({ connectionString: first?.appUrl });
    session.on('error', () => undefined);
    await session.connect();
    for (const name of ['copy_a', 'copy_b', 'template_a', 'never_there']) await running.dropDatabase(name);
    await expect(query(first?.appUrl ?? '', 'SELECT 1')).rejects.toMatchObject({ code: '3D000' });
    await expect(running.dropDatabase('x"; DROP')).rejects.toBeInstanceOf(EmbeddedPostgresError);
  });

  it('lets other processes of this user connect, and a second start not', async () => {
    const access = await connectEmbeddedPostgres(dataDir);
    expect(access).toMatchObject({ pid: running.pid, port: running.port, ownerUrl: running.ownerUrl });
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toBeInstanceOf(DataDirectoryInUseError);
    const { child, report } = await startInChild();
    expect(report.failure).toBe('DataDirectoryInUseError');
    if (child.exitCode === null) await once(child, 'exit');
  });

  it('stops with sessions open, leaves no process, and starts warm on a wanted port', async () => {
    const session = new Client({ connectionString: running.appUrl });
    session.on('error', () => undefined);
    await session.connect();
    const ended = new Promise((resolve) => session.once('end', () => resolve(true)));
    const stoppingAt = performance.now();
    await Promise.all([running.stop(), running.stop()]);
    expect(performance.now() - stoppingAt).toBeLessThan(3000);
    expect(await ended).toBe(true);
    expect(processIdentity(running.pid)).toBeUndefined();
    await expect(connectEmbeddedPostgres(dataDir)).rejects.toBeInstanceOf(EmbeddedPostgresError);
    const port = await pickFreePort();
    running = await startEmbeddedPostgres({ dataDir, port });
    expect(running).toMatchObject({ port, attached: false });
    await expect(startElsewhereOn(port)).rejects.toThrow(`did not start on port ${port}`);
  });

  const startElsewhereOn = async (port: number): Promise<EmbeddedPostgres> => {
    const other = await mkdtemp(join(folder, 'other-'));
    await chmod(other, 0o711);
    return startEmbeddedPostgres({ dataDir: other, port });
  };

  it('takes over the server of a killed process, with what was committed', async () => {
    await running.stop();
    const { child, report } = await startInChild();
    const access = await connectEmbeddedPostgres(dataDir);
    await query(access.ownerUrl, 'CREATE TABLE survived (id int)');
    await kill(child);
    expect(processIdentity(report.pid)).toBeDefined();
    running = await startEmbeddedPostgres({ dataDir });
    expect(running).toMatchObject({ pid: report.pid, port: report.port, attached: true });
    expect(await query(running.ownerUrl, 'SELECT * FROM survived')).toEqual([]);
    await running.stop();
    expect(processIdentity(report.pid)).toBeUndefined();
  });

  it('replaces a server left behind on another port', async () => {
    const { child, report } = await startInChild();
    await kill(child);
    const port = await pickFreePort();
    running = await startEmbeddedPostgres({ dataDir, port });
    expect(running).toMatchObject({ port, attached: false });
    expect(processIdentity(report.pid)).toBeUndefined();
    await running.stop();
  });

  it('recovers when the server was killed too', async () => {
    const { child, report } = await startInChild();
    await query((await connectEmbeddedPostgres(dataDir)).ownerUrl, 'CREATE TABLE replayed (id int)');
    process.kill(report.pid, 'SIGKILL');
    await kill(child);
    running = await startEmbeddedPostgres({ dataDir });
    expect(running.attached).toBe(false);
    expect(await query(running.ownerUrl, 'SELECT * FROM replayed')).toEqual([]);
    await running.stop();
  });

  it('is told to stop when its process exits without stopping it', async () => {
    const { child, report } = await startInChild();
    const gone = once(child, 'exit');
    child.stdin?.end();
    await gone;
    while (processIdentity(report.pid) !== undefined) await delay(10);
    running = await startEmbeddedPostgres({ dataDir });
    expect(running.attached).toBe(false);
    await running.stop();
  });

  it('admits one of two starts at the same moment', async () => {
    const children = await Promise.all([startInChild(), startInChild(), startInChild()]);
    const failures = children.map(({ report }) => report.failure).sort();
    expect(failures).toEqual(['DataDirectoryInUseError', 'DataDirectoryInUseError', undefined]);
    await Promise.all(children.filter(({ child }) => child.exitCode === null).map(({ child }) => kill(child)));
  });

  it('ignores a process number that another program has now', async () => {
    running = await startEmbeddedPostgres({ dataDir });
    const pidFile = join(await pathOf(running), 'postmaster.pid');
    const lines = (await readFile(pidFile, 'utf8')).split('\n');
    await running.stop();
    await writeFile(pidFile, [process.pid, ...lines.slice(1)].join('\n'));
    running = await startEmbeddedPostgres({ dataDir });
    expect(running.attached).toBe(false);
    expect(running.pid).not.toBe(process.pid);
  });

  const pathOf = async (server: EmbeddedPostgres): Promise<string> => {
    const [row] = await query<{ data_directory: string }>(server.superuserUrl, 'SHOW data_directory');
    return row?.data_directory ?? '';
  };

  it('works under a folder that is private, and removes its data wherever it is', async () => {
    const home = await mkdtemp(join(folder, 'home-'));
    await mkdir(join(home, 'checkout'));
    const privateDir = join(home, 'checkout', '.regain');
    const server = await startEmbeddedPostgres({ dataDir: privateDir });
    const place = await pathOf(server);
    // Root's server runs as nobody, who cannot pass through a folder of mode 0700.
    expect(relative(privateDir, place).startsWith('..')).toBe(process.getuid?.() === 0);
    await server.stop();
    const again = await startEmbeddedPostgres({ dataDir: privateDir });
    expect(await pathOf(again)).toBe(place);
    await again.stop();
    await removeEmbeddedPostgres(privateDir);
    expect(existsSync(place)).toBe(false);
  });
});
