import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { performance } from 'node:perf_hooks';
import { processArguments, processIdentity, readIfExists } from '../process/index.js';
import type { ServiceAccount } from './service-account.js';

const POLL_MS = 10;
const FAST_STOP_MS = 2200;
const IMMEDIATE_STOP_MS = 600;

/** A server process ("postmaster") on one cluster. */
export interface Postmaster {
  pid: number;
  port: number;
  /** Accepts connections. */
  ready: boolean;
}

export interface PostmasterCommand {
  program: string;
  dataDirectory: string;
  port: number;
}

/** For development and trial: small, quiet, but durable. Statements and key values stay out of the log. */
const SETTINGS: Record<string, string> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  // A process takes up to 43 of them (10, 32 for the queue, one that listens), and a run of tests starts many.
  max_connections: '400',
  shared_buffers: '32MB',
  min_wal_size: '32MB',
  max_wal_size: '256MB',
  fsync: 'on',
  synchronous_commit: 'on',
  password_encryption: 'scram-sha-256',
  io_method: 'sync',
  jit: 'off',
  max_logical_replication_workers: '0',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_min_messages: 'warning',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
};

/** The whole command line; settings live here and not in the cluster, so that a new version brings its own. */
export function postmasterArguments({ program, dataDirectory, port }: PostmasterCommand): string[] {
  const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return [program, '-D', dataDirectory, '-p', String(port), ...settings];
}

/**
 * Starts a server and lets it run: in a session of its own, so that a Ctrl-C in the terminal reaches only us and we
 * stop it last. It survives if we are killed; the next start finds it by its `postmaster.pid`.
 */
export function spawnPostmaster(
  command: PostmasterCommand,
  { account, logDescriptor }: { account: ServiceAccount | undefined; logDescriptor: number },
): Promise<number> {
  const child = spawn(command.program, postmasterArguments(command).slice(1), {
    ...account,
    cwd: '/',
    // Nothing of our environment, which holds secrets.
    env: { LC_ALL: 'C', TZ: 'UTC' },
    detached: true,
    stdio: ['ignore', logDescriptor, logDescriptor],
  });
  child.unref();
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('spawn', () => resolve(child.pid ?? 0));
  });
}

/** The living server of a cluster, from its `postmaster.pid`; a number that now belongs to another program is none. */
export async function findPostmaster(dataDirectory: string): Promise<Postmaster | undefined> {
  const text = await readIfExists(join(dataDirectory, 'postmaster.pid'));
  // Lines: pid, data directory, start time, port, socket directory, address, shared memory, status
  // (src/include/utils/pidfile.h). The file grows while the server starts.
  const lines = text?.split('\n') ?? [];
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0 || !isPostmasterOf(pid, dataDirectory)) return undefined;
  return { pid, port: Number(lines[3] ?? 0), ready: lines[7]?.trim() === 'ready' };
}

/** Waits until the server accepts connections; undefined when it ended instead, or did neither in time. */
export async function waitUntilReady(
  dataDirectory: string,
  { pid, timeoutMs }: { pid: number; timeoutMs: number },
): Promise<Postmaster | undefined> {
  const deadline = performance.now() + timeoutMs;
  while (performance.now() < deadline && processIdentity(pid) !== undefined) {
    const found = await findPostmaster(dataDirectory);
    if (found?.pid === pid && found.ready) return found;
    await delay(POLL_MS);
  }
  return undefined;
}

/**
 * Ends a server: fast shutdown (SIGINT: sessions are ended, a checkpoint is written), after 2.2 s immediate shutdown
 * (SIGQUIT: the next start replays the log), then SIGKILL. Resolves when the process is gone.
 * See https://www.postgresql.org/docs/18/server-shutdown.html
 */
export async function stopPostmaster(pid: number): Promise<void> {
  const steps: [NodeJS.Signals, number][] = [
    ['SIGINT', FAST_STOP_MS],
    ['SIGQUIT', IMMEDIATE_STOP_MS],
    ['SIGKILL', IMMEDIATE_STOP_MS],
  ];
  const identity = processIdentity(pid);
  if (identity === undefined) return;
  for (const [signal, timeoutMs] of steps) {
    signalIfAlive(pid, signal);
    const deadline = performance.now() + timeoutMs;
    while (performance.now() < deadline) {
      if (processIdentity(pid) !== identity) return;
      await delay(POLL_MS);
    }
  }
  throw new Error(`PostgreSQL, process ${pid}, does not end`);
}

/** Ends the server of a cluster if one lives, and removes what a dead one left behind. */
export async function stopPostmasterOf(dataDirectory: string): Promise<void> {
  const left = await findPostmaster(dataDirectory);
  if (left) await stopPostmaster(left.pid);
  // The server would refuse to start over a file whose number has been given to another program of this user.
  await rm(join(dataDirectory, 'postmaster.pid'), { force: true });
}

/** Sends a signal to a server that may have ended already. */
export function signalIfAlive(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function isPostmasterOf(pid: number, dataDirectory: string): boolean {
  if (processIdentity(pid) === undefined) return false;
  const [program = '', flag, directory] = processArguments(pid) ?? [];
  // Without /proc the number alone must do; whoever attaches asks the server for its data directory.
  if (program === '') return true;
  return basename(program) === 'postgres' && flag === '-D' && directory === dataDirectory;
}
