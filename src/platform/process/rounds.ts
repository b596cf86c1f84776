import { failpointsOf } from '../failpoints/failpoints.js';
import type { Logger } from '../logging/logger.js';
import { newCorrelationId, withCorrelation } from '../telemetry/correlation.js';
import { inSpan } from '../telemetry/tracing.js';

/** What a round does, by the names that logs and alarms call it. */
export type Steps<Task extends string> = Readonly<Record<Task, () => Promise<unknown>>>;

/** Work that is done at its own pace as long as a process runs: one step after the other, each by itself. */
export interface Round<Task extends string> {
  everySeconds: number;
  /** Whether the first round is done at the start. */
  atOnce?: boolean;
  /** Whether a round that is under way is left where it stands when the process stops: the next one begins anew. */
  leftAtStop?: boolean;
  steps: Partial<Steps<Task>>;
}

/** Does work in rounds. A step that fails keeps none of the others from its work, and no two rounds of one kind overlap. */
export class Rounds<Task extends string> {
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #running = new Map<Round<Task>, Promise<void>>();
  #stopped = false;

  constructor(
    private readonly rounds: readonly Round<Task>[],
    private readonly parts: { logger: Logger; onFailed: (step: Task) => void },
  ) {}

  start(): void {
    for (const round of this.rounds) {
      this.#timers.push(setInterval(() => this.begin(round), round.everySeconds * 1_000));
      if (round.atOnce) this.begin(round);
    }
  }

  /** Begins nothing new, and waits for what is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#timers) clearInterval(timer);
    const awaited = [...this.#running].filter(([round]) => !round.leftAtStop);
    await Promise.all(awaited.map(([, done]) => done));
  }

  private begin(round: Round<Task>): void {
    if (this.#running.has(round)) return;
    const done = withCorrelation({ id: newCorrelationId() }, () => this.run(round));
    this.#running.set(
      round,
      done.finally(() => this.#running.delete(round)),
    );
  }

  private async run({ steps, leftAtStop }: Round<Task>): Promise<void> {
    for (const [task, step] of Object.entries(steps) as [Task, () => Promise<unknown>][]) {
      if (leftAtStop && this.#stopped) return;
      try {
        await inSpan({ kind: 'sweep', subject: task }, () => failpointsOf(task, step));
      } catch (error) {
        this.parts.logger.warn('sweep_failed', { task, error });
        this.parts.onFailed(task);
      }
    }
  }
}
