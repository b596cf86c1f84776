import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { ServiceAccount } from '../../../src/embedded/postgres/service-account.js';
import { eventually } from '../eventually.js';

const READY_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 10_000;
const LAST_LINES = 15;

export interface ServerCommand {
  /** For messages. */
  name: string;
  program: string;
  args: readonly string[];
  env?: Readonly<Record<string, string>>;
  /** Standard output and error go here, appended. */
  logFile: string;
  /** Who runs it, when not this process's own user. */
  account?: ServiceAccount;
  /** Asked again and again after the start. */
  isReady: () => Promise<boolean>;
  /** What asks it to end in order; SIGTERM when absent. */
  stopSignal?: NodeJS.Signals;
}

/** A server ended, or stayed silent, instead of becoming ready; the message has the end of its log. */
export class ServerStartError extends Error {
  override readonly name = 'ServerStartError';
}

/**
 * One server as a child process, which can be ended in order, killed, paused and started again on the same command.
 * It ends with this process unless that one is killed.
 */
export class ServerProcess {
  #child: ChildProcess | undefined;
  readonly #endWithUs = (): void => void this.#child?.kill('SIGKILL');

  constructor(private readonly command: ServerCommand) {}

  get pid(): number {
    if (this.#child?.pid === undefined || !this.running) throw new Error(`${this.command.name} is not running`);
    return this.#child.pid;
  }

  get running(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Everything it said so far, by all its starts. */
  log(): string {
    return readFileSync(this.command.logFile, 'utf8');
  }

  /** Starts it and waits until it is ready. @throws ServerStartError */
  async start(): Promise<void> {
    if (this.running) throw new Error(`${this.command.name} is running`);
    const { name, program, args, env, logFile, account, isReady } = this.command;
    const log = openSync(logFile, 'a', 0o600);
    const child = spawn(program, args, {
      ...account,
      cwd: '/',
      // Nothing of our environment, which may hold secrets.
      env: { LC_ALL: 'C', TZ: 'UTC', ...env },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    this.#child = child;
    process.once('exit', this.#endWithUs);
    const failed = once(child, 'error').then(([error]: unknown[]) => Promise.reject(error as Error));
    const ready = eventually(
      `${name} is ready`,
      async () => {
        if (!this.running) throw new Error(`it ended (${child.exitCode ?? child.signalCode})`);
        return isReady();
      },
      { timeoutMs: READY_TIMEOUT_MS },
    );
    try {
      await Promise.race([ready, failed]);
    } catch (error) {
      await this.kill();
      throw new ServerStartError(`${name} did not start: ${(error as Error).message}\n${this.lastWords()}`);
    }
  }

  /** Asks it to end; after 10 s it is killed. Resolves when it is gone. */
  async stop(): Promise<void> {
    await this.end(this.command.stopSignal ?? 'SIGTERM');
  }

  /** As the kernel or a power cut would: nothing is tidied up. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Stops its work without ending it, until `resume`. */
  pause(): void {
    process.kill(this.pid, 'SIGSTOP');
  }

  resume(): void {
    process.kill(this.pid, 'SIGCONT');
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    process.off('exit', this.#endWithUs);
    const child = this.#child;
    if (!child || !this.running || child.pid === undefined) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await ended.finally(() => clearTimeout(timer));
  }

  private lastWords(): string {
    return this.log().split('\n').slice(-LAST_LINES).join('\n').trim();
  }
}

/** Whether somebody listens on a port of this machine. */
export async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
