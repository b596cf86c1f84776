import type { BeforeApplicationShutdown } from '@nestjs/common';

/**
 * A process that was asked to stop: readiness checks get that answer, and then the process finishes what it has begun.
 */
export class Draining implements BeforeApplicationShutdown {
  readonly #begun = new AbortController();
  readonly #ending = new AbortController();

  /** `graceSeconds`: how long it still takes new work, until every balancer has seen that it is not ready. */
  constructor(private readonly graceSeconds: number) {}

  /** Aborted once nothing new is taken: streams without an end of their own end now. */
  get ending(): AbortSignal {
    return this.#ending.signal;
  }

  /** For the readiness check. @throws Error once the process is stopping */
  async check(): Promise<void> {
    this.#begun.signal.throwIfAborted();
  }

  /** Nest calls it before it closes the server. */
  async beforeApplicationShutdown(): Promise<void> {
    this.#begun.abort();
    if (this.graceSeconds > 0) await new Promise((resolve) => setTimeout(resolve, this.graceSeconds * 1_000));
    this.#ending.abort();
  }
}
