import type { Logger } from '../logging/logger.js';

/** Work that is done at its own pace as long as a process runs. */
export interface RoundTask {
  /** What logs and alarms call it. */
  name: string;
  everySeconds: number;
  /** Whether the first round is done at the start. */
  atOnce?: boolean;
  /** Whether a round that is under way is left where it stands when the process stops: the next one begins anew. */
  leftAtStop?: boolean;
  run: () => Promise<unknown>;
}

/** Does work in rounds. A step that fails keeps none of the others from its work, and no two rounds of one kind overlap. */
export class Rounds {
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #running = new Map<RoundTask, Promise<void>>();

  constructor(
    private readonly tasks: readonly RoundTask[],
    private readonly parts: { logger: Logger; onFailed: (task: string) => void },
  ) {}

  start(): void {
    for (const task of this.tasks) {
      this.#timers.push(setInterval(() => this.round(task), task.everySeconds * 1_000));
      if (task.atOnce) this.round(task);
    }
  }

  /** Begins nothing new, and waits for what is under way. */
  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    const awaited = [...this.#running].filter(([task]) => !task.leftAtStop);
    await Promise.all(awaited.map(([, round]) => round));
  }

  private round(task: RoundTask): void {
    if (this.#running.has(task)) return;
    const round = this.attempt(task).finally(() => this.#running.delete(task));
    this.#running.set(task, round);
  }

  private async attempt({ name, run }: RoundTask): Promise<void> {
    try {
      await run();
    } catch (error) {
      this.parts.logger.warn('sweep_failed', { task: name, error });
      this.parts.onFailed(name);
    }
  }
}
