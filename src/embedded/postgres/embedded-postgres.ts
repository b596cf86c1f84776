import { existsSync } from 'node:fs';
import { chmod, mkdir, realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { lockDataDirectory, processIdentity, type DataDirectoryLock } from '../process/index.js';
import { preparePostgresBinaries } from './binaries.js';
import { findCluster, locateCluster, removeCluster } from './cluster-location.js';
import { ensureCluster } from './cluster.js';
import { createCredentials, readCredentials, type ConnectionTarget, type Credentials } from './credentials.js';
import {
  createDatabase,
  DATABASE,
  databaseUrls,
  dropDatabase,
  ensureRolesAndDatabase,
  type DatabaseUrls,
} from './databases.js';
import { EmbeddedPostgresError } from './embedded-postgres.errors.js';
import { findPostmaster, signalIfAlive, stopPostmasterOf } from './postmaster.js';
import { HOST, startServer, type RunningServer } from './server-start.js';
import { chooseServiceAccount } from './service-account.js';

export interface EmbeddedPostgresOptions {
  /** Made when it does not exist. Holds passwords, log, lock, and – where the server's account reaches it – the data. */
  dataDir: string;
  /** On 127.0.0.1; a free one when absent. */
  port?: number;
  /** Told what a person should know: where the data went, that a server was found running. */
  log?: (line: string) => void;
}

/** A running server; the URLs are those of the database `regain`. */
export interface EmbeddedPostgresAccess extends DatabaseUrls {
  host: string;
  port: number;
  pid: number;
  /** Creates a database with the roles and rights of `regain`, empty or as a copy of `template`. For tests. */
  createDatabase(name: string, options?: { template?: string }): Promise<DatabaseUrls>;
  /** Drops a database, ending its sessions. */
  dropDatabase(name: string): Promise<void>;
}

export interface EmbeddedPostgres extends EmbeddedPostgresAccess {
  /** The server had been left behind by a killed process, and was taken over. */
  attached: boolean;
  /** Fast shutdown; resolves when no process is left, within 3 s, and the data directory is free again. */
  stop(): Promise<void>;
}

/**
 * Starts the PostgreSQL 18 that comes with npm on its own data directory, with the roles `regain_owner`, `regain_app`,
 * `regain_queue` and the database `regain`, listening on 127.0.0.1 with SCRAM passwords. Takes over or replaces a server
 * that a killed process left behind. For development and trial only.
 *
 * If this process exits without `stop()` the server is told to shut down; after SIGKILL it stays until the next start.
 *
 * @throws DataDirectoryInUseError when another living process uses the data directory.
 * @throws EmbeddedPostgresError when it cannot be started; the message says why.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = await prepareDataDir(options.dataDir);
  const lock = await lockDataDirectory(dataDir);
  try {
    return await start({ ...options, dataDir }, lock);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/**
 * Gives access to the server that another process of this user started on the data directory, for example to the
 * workers of a test runner.
 *
 * @throws EmbeddedPostgresError when none is running.
 * @internal
 */
export async function connectEmbeddedPostgres(dataDir: string): Promise<EmbeddedPostgresAccess> {
  const directory = await realpath(dataDir);
  const credentials = await readCredentials(directory);
  const server = await findPostmaster(join(await findCluster(directory), 'data'));
  if (!credentials || !server?.ready) throw new EmbeddedPostgresError(`No PostgreSQL is running for ${dataDir}`);
  return accessTo({ credentials, host: HOST, port: server.port }, server.pid);
}

/** Deletes the database of a data directory, wherever it was put; stops its server if one was left behind. */
export async function removeEmbeddedPostgres(dataDir: string): Promise<void> {
  const directory = await realpath(dataDir);
  const lock = await lockDataDirectory(directory);
  try {
    await stopPostmasterOf(join(await findCluster(directory), 'data'));
    await removeCluster(directory);
  } finally {
    await lock.release();
  }
}

async function start(options: EmbeddedPostgresOptions, lock: DataDirectoryLock): Promise<EmbeddedPostgres> {
  const { dataDir, port, log = () => undefined } = options;
  const account = await chooseServiceAccount(dataDir);
  const binaries = await preparePostgresBinaries(account);
  const home = await locateCluster({ dataDir, account, log });
  const credentials = await obtainCredentials(dataDir, home);
  const dataDirectory = await ensureCluster({ home, binaries, account, superuserPassword: credentials.postgres });
  const logPath = join(dataDir, 'postgres.log');
  const server = await startServer({ dataDirectory, binaries, account, credentials, port, logPath, log });
  const target = { credentials, host: HOST, port: server.port };
  try {
    await ensureRolesAndDatabase(target);
  } catch (error) {
    await stopPostmasterOf(dataDirectory);
    throw error;
  }
  return { ...accessTo(target, server.pid), attached: server.attached, stop: stopOnce(server, dataDirectory, lock) };
}

function accessTo(target: ConnectionTarget, pid: number): EmbeddedPostgresAccess {
  return {
    ...databaseUrls(target, DATABASE),
    host: target.host,
    port: target.port,
    pid,
    createDatabase: (name, options) => createDatabase(target, name, options),
    dropDatabase: (name) => dropDatabase(target, name),
  };
}

function stopOnce({ pid }: RunningServer, dataDirectory: string, lock: DataDirectoryLock): () => Promise<void> {
  const identity = processIdentity(pid);
  const onExit = (): void => {
    if (processIdentity(pid) === identity) signalIfAlive(pid, 'SIGINT');
  };
  process.once('exit', onExit);
  let stopping: Promise<void> | undefined;
  return () => {
    stopping ??= (async () => {
      await stopPostmasterOf(dataDirectory);
      process.off('exit', onExit);
      await lock.release();
    })();
    return stopping;
  };
}

async function prepareDataDir(wanted: string): Promise<string> {
  const uid = process.getuid?.();
  const created = await mkdir(resolve(wanted), { recursive: true });
  // Root lets the server's account pass through; every file with a secret has mode 0600 by itself.
  if (created !== undefined) await chmod(resolve(wanted), uid === 0 ? 0o711 : 0o700);
  const dataDir = await realpath(wanted);
  const { uid: owner, mode } = await stat(dataDir);
  if (uid !== 0 && uid !== owner) {
    throw new EmbeddedPostgresError(
      `${dataDir} belongs to user ${owner} and this process runs as user ${uid}: start Regain as that user, or set DATA_DIR to another folder.`,
    );
  }
  if (mode & 0o002) {
    throw new EmbeddedPostgresError(`${dataDir} can be written by everybody: chmod o-w it, or set DATA_DIR.`);
  }
  return dataDir;
}

async function obtainCredentials(dataDir: string, home: string): Promise<Credentials> {
  const known = await readCredentials(dataDir);
  if (known) return known;
  if (existsSync(join(home, 'data'))) {
    throw new EmbeddedPostgresError(
      `The passwords of the database in ${home} are missing from ${dataDir}. Restore them, or remove ${dataDir} to start afresh.`,
    );
  }
  return createCredentials(dataDir);
}
