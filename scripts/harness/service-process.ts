import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync, readFileSync, closeSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { removeEmbeddedPostgres } from '../../src/embedded/postgres/index.js';
import type { ReadyLine } from '../../src/embedded/start-embedded.js';
import { packageRoot } from '../../src/platform/package-root/package-root.js';
import { eventually } from './eventually.js';

export type { ReadyLine };

const READY_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 10_000;

/** Level of pino's `error`; what is not JSON on standard error was written by nobody we know and counts too. */
const ERROR_LEVEL = 50;

export interface ServiceOptions {
  /** Holds everything the service keeps, and its two log files. */
  dataDir: string;
  env?: Readonly<Record<string, string>>;
  /** Survives its parent. */
  detached?: boolean;
}

/** The service could not be started; the message carries the end of its log. */
export class ServiceStartError extends Error {
  override readonly name = 'ServiceStartError';
}

/**
 * The embedded profile as a process of its own, on free ports. It writes into files of its data directory and not into
 * pipes, so that it can go on after the one who started it.
 */
export class ServiceProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly files: { out: string; err: string },
    readonly ready: ReadyLine,
    /** From `spawn` to the `ready` line. */
    readonly readyAfterMs: number,
  ) {}

  /** @throws ServiceStartError when it ends or stays silent instead of saying `ready` */
  static async start({ dataDir, env, detached = false }: ServiceOptions): Promise<ServiceProcess> {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const files = { out: join(dataDir, 'stdout.log'), err: join(dataDir, 'stderr.log') };
    const startedAt = performance.now();
    const child = spawnService({ files, detached, env: { PORT: '0', ADMIN_PORT: '0', ...env, DATA_DIR: dataDir } });
    const ready = await readyLineOf(child, files).catch(async (error: unknown) => {
      await endChild(child);
      throw new ServiceStartError(`${(error as Error).message}\n${lastWords(files.err)}`);
    });
    return new ServiceProcess(child, files, ready, performance.now() - startedAt);
  }

  get running(): boolean {
    return isRunning(this.child);
  }

  /** Everything on standard error so far. */
  log(): string {
    return readFileSync(this.files.err, 'utf8');
  }

  /** Lines of the log that say something went wrong. */
  errorLines(): string[] {
    return this.log().split('\n').filter(isErrorLine);
  }

  /** Asks it to stop; the time it took, and its exit code. @throws DeadlineError after 10 s */
  async stop(signal: 'SIGTERM' | 'SIGINT' = 'SIGTERM'): Promise<{ tookMs: number; exitCode: number | null }> {
    const startedAt = performance.now();
    this.child.kill(signal);
    await eventually('the service stops', async () => !this.running, { timeoutMs: STOP_TIMEOUT_MS });
    return { tookMs: performance.now() - startedAt, exitCode: this.child.exitCode };
  }

  /** As the kernel or a power cut would: nothing is tidied up. */
  async kill9(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }

  /** Lets the parent end while the service goes on. */
  release(): void {
    this.child.unref();
  }
}

/** Deletes a data directory and its database, wherever that had to be put. The service must have stopped. */
export async function removeServiceData(dataDir: string): Promise<void> {
  await removeEmbeddedPostgres(dataDir);
  await rm(dataDir, { recursive: true, force: true });
}

function spawnService(how: {
  files: { out: string; err: string };
  detached: boolean;
  env: Record<string, string>;
}): ChildProcess {
  const [out, err] = [openSync(how.files.out, 'w', 0o600), openSync(how.files.err, 'a', 0o600)];
  try {
    return spawn(process.execPath, [startScript()], {
      detached: how.detached,
      env: { ...process.env, NODE_OPTIONS: '', ...how.env },
      stdio: ['ignore', out, err],
    });
  } finally {
    closeSync(out);
    closeSync(err);
  }
}

/** Beside this file when compiled; in the build when this runs from the sources, as tests do. */
function startScript(): string {
  const here = fileURLToPath(import.meta.url);
  return here.endsWith('.js')
    ? fileURLToPath(new URL('../start.js', import.meta.url))
    : join(packageRoot(), 'dist/scripts/start.js');
}

const isRunning = (child: ChildProcess): boolean => child.exitCode === null && child.signalCode === null;

/** In order when it can, so that its database ends with it. */
async function endChild(child: ChildProcess): Promise<void> {
  child.kill('SIGTERM');
  await eventually('the service stops', async () => !isRunning(child), { timeoutMs: STOP_TIMEOUT_MS }).catch(() =>
    child.kill('SIGKILL'),
  );
}

async function readyLineOf(child: ChildProcess, files: { out: string }): Promise<ReadyLine> {
  return eventually(
    'the service says that it is ready',
    async () => {
      const line = readFileSync(files.out, 'utf8')
        .split('\n')
        .find((text) => text.startsWith('ready {') && text.endsWith('}'));
      if (line) return JSON.parse(line.slice('ready '.length)) as ReadyLine;
      if (!isRunning(child))
        throw new Error(`the service ended (${child.exitCode ?? child.signalCode}) while starting`);
      return undefined;
    },
    { timeoutMs: READY_TIMEOUT_MS },
  );
}

/** What it said last; when it said why it could not start, that. */
function lastWords(file: string): string {
  const lines = readFileSync(file, 'utf8').split('\n');
  const reason = lines.findIndex((line) => line.startsWith('could not start'));
  return (reason >= 0 ? lines.slice(reason, reason + 12) : lines.slice(-12)).join('\n');
}

function isErrorLine(line: string): boolean {
  if (line.trim() === '') return false;
  try {
    const { level } = JSON.parse(line) as { level?: number };
    return level === undefined || level >= ERROR_LEVEL;
  } catch {
    return true;
  }
}
