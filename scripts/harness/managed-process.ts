import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync, readFileSync } from 'node:fs';
import { packagePath } from '../../src/platform/package-root/package-root.js';
import { eventually } from './eventually.js';

const START_TIMEOUT_MS = 120_000;

/** One process of the deployment that can be started, stopped, killed, paused and started again. */
export class ManagedProcess {
  #child: ChildProcess | undefined;
  #changed = false;
  readonly #endWithUs = (): void => void this.#child?.kill('SIGKILL');

  constructor(
    readonly name: string,
    private readonly how: {
      program: 'main' | 'worker';
      env: Record<string, string | undefined>;
      adminPort: number;
      log: string;
    },
  ) {}

  get running(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** This life was started with a fault, or otherwise than the others. */
  get changed(): boolean {
    return this.running && this.#changed;
  }

  /** Null while it runs, and when a signal ended it. */
  get exitCode(): number | null {
    return this.#child?.exitCode ?? null;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** Starts it and waits until it is ready. `failpoints` are armed in this life only, as `env` is given to it alone. */
  async start(failpoints = '', env: Readonly<Record<string, string>> = {}): Promise<void> {
    this.launch(failpoints, env);
    await eventually(
      `${this.name} is ready`,
      async () => {
        if (!this.running && failpoints === '') throw new Error(`${this.name} ended:\n${this.log().slice(-2_000)}`);
        return !this.running || this.isReady();
      },
      { timeoutMs: START_TIMEOUT_MS },
    );
  }

  /** Starts it and waits for nothing. */
  launch(failpoints = '', env: Readonly<Record<string, string>> = {}): void {
    const log = openSync(this.how.log, 'a', 0o600);
    this.#changed = failpoints !== '' || Object.keys(env).length > 0;
    this.#child = spawn(process.execPath, [packagePath(`dist/src/${this.how.program}.js`)], {
      env: { ...this.how.env, ...env, REGAIN_FAILPOINTS: failpoints },
      stdio: ['ignore', log, log],
    });
    process.once('exit', this.#endWithUs);
    this.#child.once('exit', () => process.off('exit', this.#endWithUs));
  }

  /** Puts back every dead letter, as an operator does at a worker's port. */
  async redrive(): Promise<{ redriven: { queue: string; jobIds: string[] }[] }> {
    const response = await fetch(`http://127.0.0.1:${this.how.adminPort}/queues/redrive`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.how.env.ADMIN_TOKEN ?? ''}` },
    });
    if (!response.ok) throw new Error(`redrive was answered ${response.status}`);
    return (await response.json()) as { redriven: { queue: string; jobIds: string[] }[] };
  }

  async isReady(): Promise<boolean> {
    return fetch(`http://127.0.0.1:${this.how.adminPort}/health/ready`, { signal: AbortSignal.timeout(4_000) }).then(
      ({ ok }) => ok,
      () => false,
    );
  }

  /** Resolves with how it ended; at once when it has. */
  async ended(timeoutMs = 60_000): Promise<void> {
    await eventually(`${this.name} has ended`, async () => !this.running, { timeoutMs });
  }

  async kill9(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** As an orchestrator stops it. Gives back its exit code. */
  async stop(): Promise<number | null> {
    await this.#end('SIGTERM');
    return this.#child?.exitCode ?? null;
  }

  pause(): void {
    this.#child?.kill('SIGSTOP');
  }

  resume(): void {
    this.#child?.kill('SIGCONT');
  }

  log(): string {
    return existsSync(this.how.log) ? readFileSync(this.how.log, 'utf8') : '';
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (!child || !this.running) return;
    const exit = once(child, 'exit');
    child.kill(signal);
    // A stopped process takes SIGTERM only once it goes on.
    child.kill('SIGCONT');
    await exit;
  }
}
