import { SanitiserUnavailableError } from './image-sanitiser.errors.js';
import { SanitiseProcess, type SanitiseProcessLimits } from './sanitise-process.js';

export interface PictureProcessesOptions extends SanitiseProcessLimits {
  /** Pictures that may wait for their turn; more are turned away as `busy`. */
  maxWaiting: number;
  /** Whether a child process is started ahead of need. */
  keepsSpare: boolean;
  /** Tells of every child process started. */
  onProcess: (pid: number | undefined) => void;
}

/** Sanitises one picture after the other, each in a child process that sees nothing else and ends. */
export class PictureProcesses {
  #spare: SanitiseProcess | undefined;
  #running: SanitiseProcess | undefined;
  #lastTurn: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #closed = false;

  constructor(private readonly options: PictureProcessesOptions) {}

  /** What the child process said of this picture. @throws SanitiserUnavailableError */
  async run(job: object, picture: Uint8Array): Promise<Buffer> {
    if (this.#closed) throw new SanitiserUnavailableError('closed');
    if (this.#waiting > this.options.maxWaiting) throw new SanitiserUnavailableError('busy');
    this.#waiting += 1;
    const turn = this.#lastTurn.then(() => this.#runInChild(job, picture)).finally(() => (this.#waiting -= 1));
    this.#lastTurn = turn.catch(() => undefined);
    return turn;
  }

  /** Ends the child processes; pictures still waiting fail with `closed`. */
  async close(): Promise<void> {
    this.#closed = true;
    const children = [this.#spare, this.#running].filter((child) => child !== undefined);
    for (const child of children) child.kill();
    await Promise.all([this.#lastTurn, ...children.map(({ ended }) => ended)]);
  }

  async #runInChild(job: object, picture: Uint8Array): Promise<Buffer> {
    if (this.#closed) throw new SanitiserUnavailableError('closed');
    const child = this.#spare ?? this.#start();
    this.#running = child;
    this.#spare = this.options.keepsSpare ? this.#startSpare() : undefined;
    try {
      return await child.run({ timeoutMs: this.options.timeoutMs, ...job }, picture);
    } catch (error) {
      throw this.#closed ? new SanitiserUnavailableError('closed') : error;
    } finally {
      this.#running = undefined;
    }
  }

  #start(): SanitiseProcess {
    const child = new SanitiseProcess(this.options);
    this.options.onProcess(child.pid);
    return child;
  }

  /** Failing to start one ahead of need is no failure yet. */
  #startSpare(): SanitiseProcess | undefined {
    try {
      const spare = this.#start();
      void spare.ended.then(() => {
        if (this.#spare === spare) this.#spare = undefined;
      });
      return spare;
    } catch {
      return undefined;
    }
  }
}
