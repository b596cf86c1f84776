import { open, rename, stat } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { pickFreePort, processArguments } from '../process/index.js';
import type { PostgresBinaries } from './binaries.js';
import type { Credentials } from './credentials.js';
import { askDataDirectory } from './databases.js';
import { EmbeddedPostgresError } from './embedded-postgres.errors.js';
import {
  findPostmaster,
  postmasterArguments,
  spawnPostmaster,
  stopPostmaster,
  stopPostmasterOf,
  waitUntilReady,
} from './postmaster.js';
import type { ServiceAccount } from './service-account.js';

export const HOST = '127.0.0.1';

const READY_MS = 15_000;
const ATTACH_MS = 5000;
const RETRY_MS = 5000;
const RETRY_EVERY_MS = 100;
const MAX_LOG_BYTES = 5_000_000;

export interface ServerOptions {
  dataDirectory: string;
  binaries: PostgresBinaries;
  account: ServiceAccount | undefined;
  credentials: Credentials;
  /** A free one when absent. */
  port: number | undefined;
  logPath: string;
  log: (line: string) => void;
}

export interface RunningServer {
  pid: number;
  port: number;
  /** It was running already: left behind by a process that was killed. */
  attached: boolean;
}

/**
 * Has one server run on the cluster: the one that is there, if it runs the same program with the same settings and
 * lets us in; otherwise that one is stopped and a new one is started.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const attached = await attach(options);
  if (attached) return attached;
  await stopPostmasterOf(options.dataDirectory);
  return startNew(options);
}

async function attach(options: ServerOptions): Promise<RunningServer | undefined> {
  const { dataDirectory, binaries, credentials, log } = options;
  const found = await findPostmaster(dataDirectory);
  if (!found) return undefined;
  const ready = isWanted(found.pid, found.port, options)
    ? await waitUntilReady(dataDirectory, { pid: found.pid, timeoutMs: ATTACH_MS })
    : undefined;
  const target = { credentials, host: HOST, port: found.port };
  if (ready && (await askDataDirectory(target)) === dataDirectory) {
    log(`PostgreSQL ${binaries.majorVersion} was left running as process ${ready.pid}: using it`);
    return { pid: ready.pid, port: ready.port, attached: true };
  }
  log(`PostgreSQL was left running as process ${found.pid}: starting it again`);
  return undefined;
}

function isWanted(pid: number, port: number, { dataDirectory, binaries, port: wanted }: ServerOptions): boolean {
  if (wanted !== undefined && wanted !== port) return false;
  const expected = postmasterArguments({ program: binaries.postgres, dataDirectory, port });
  return (processArguments(pid) ?? expected).join('\0') === expected.join('\0');
}

async function startNew(options: ServerOptions): Promise<RunningServer> {
  const retryUntil = performance.now() + RETRY_MS;
  for (;;) {
    const port = options.port ?? (await pickFreePort(HOST));
    const { pid, output } = await tryStart(options, port);
    if (pid !== undefined) return { pid, port, attached: false };
    // Another program was faster to take the free port; or sessions of a killed server are still on their way out.
    const passing =
      (options.port === undefined && /could not bind|Address already in use/.test(output)) ||
      /pre-existing shared memory block|lock file "postmaster.pid" already exists/.test(output);
    if (!passing || performance.now() > retryUntil) {
      throw new EmbeddedPostgresError(`PostgreSQL did not start on port ${port}:\n${output || '(it said nothing)'}`);
    }
    await delay(RETRY_EVERY_MS);
  }
}

async function tryStart(options: ServerOptions, port: number): Promise<{ pid?: number; output: string }> {
  const { dataDirectory, binaries, account, logPath } = options;
  await rotateLog(logPath);
  const file = await open(logPath, 'a+', 0o600);
  try {
    const { size: offset } = await file.stat();
    const command = { program: binaries.postgres, dataDirectory, port };
    const pid = await spawnPostmaster(command, { account, logDescriptor: file.fd });
    if (await waitUntilReady(dataDirectory, { pid, timeoutMs: READY_MS })) return { pid, output: '' };
    await stopPostmaster(pid);
    const { size } = await file.stat();
    const { buffer } = await file.read(Buffer.alloc(size - offset), 0, size - offset, offset);
    return { output: buffer.toString('utf8').trim() };
  } finally {
    await file.close();
  }
}

async function rotateLog(logPath: string): Promise<void> {
  const found = await stat(logPath).catch(() => undefined);
  if (found && found.size > MAX_LOG_BYTES) await rename(logPath, `${logPath}.1`);
}
