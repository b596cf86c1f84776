import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { chooseServiceAccount, type ServiceAccount } from '../../../src/embedded/postgres/service-account.js';
import { pickFreePort } from '../../../src/embedded/process/index.js';
import { findServerPrograms, type ServerPrograms } from './server-programs.js';
import { ServerProcess } from './server-process.js';

const run = promisify(execFile);

export interface PostgresServerOptions {
  /**
   * Made when it does not exist; the cluster lives in `data` below it. As root the server runs as `nobody`, who has to
   * be able to enter it.
   */
  dataDir: string;
  /** On 127.0.0.1; a free one when absent. */
  port?: number;
  /** Settings as in postgresql.conf. */
  settings?: Readonly<Record<string, string>>;
  /** Password of the superuser `postgres`; a new cluster gets it. Random when absent. */
  password?: string;
}

export interface PostgresServer {
  /** As `postgres`, a superuser, on the database `postgres`. */
  superuserUrl: string;
  port: number;
  process: ServerProcess;
}

/** Starts a real PostgreSQL of this machine or of Debian; a cluster that is there is used again. */
export async function startPostgres(options: PostgresServerOptions): Promise<PostgresServer> {
  const { dataDir, port = await pickFreePort(), password = randomBytes(24).toString('base64url') } = options;
  await mkdir(dataDir, { recursive: true });
  const account = await chooseServiceAccount(dataDir);
  if (account) await chmod(dataDir, 0o711);
  const programs = await findServerPrograms('postgres', { account });
  const cluster = join(dataDir, 'data');
  if (!existsSync(cluster)) await createCluster({ cluster, programs, account, password });
  const superuserUrl = `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`;
  const settings = { listen_addresses: '127.0.0.1', unix_socket_directories: '', ...options.settings };
  const server = new ServerProcess({
    name: 'postgres',
    program: programs.path('postgres'),
    args: ['-D', cluster, '-p', String(port), ...Object.entries(settings).flatMap(([k, v]) => ['-c', `${k}=${v}`])],
    env: programs.env,
    logFile: join(dataDir, 'postgres.log'),
    account,
    isReady: () => acceptsSessions(superuserUrl),
    // Fast shutdown: https://www.postgresql.org/docs/current/server-shutdown.html
    stopSignal: 'SIGINT',
  });
  await server.start();
  return { superuserUrl, port, process: server };
}

async function createCluster(given: {
  cluster: string;
  programs: ServerPrograms;
  account: ServiceAccount | undefined;
  password: string;
}): Promise<void> {
  const { cluster, programs, account, password } = given;
  const passwordFile = `${cluster}.password`;
  await mkdir(cluster, { mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600, flag: 'wx' });
  try {
    if (account) for (const path of [cluster, passwordFile]) await chown(path, account.uid, account.gid);
    const flags = ['--username=postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--encoding=UTF8'];
    await run(programs.path('initdb'), ['-D', cluster, ...flags, '--locale=C.UTF-8', '--no-instructions'], {
      ...account,
      cwd: '/',
      env: { LC_ALL: 'C', TZ: 'UTC', ...programs.env },
    });
  } catch (error) {
    await rm(cluster, { recursive: true, force: true });
    throw error;
  } finally {
    await rm(passwordFile, { force: true });
  }
}

async function acceptsSessions(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 3_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}
