import { setTimeout as delay } from 'node:timers/promises';

const ANSWER_TIMEOUT_MS = 15_000;
const MAX_REMEMBERED = 10_000;
export const DEFAULT_RETRY_DELAYS_MS = [500, 1000, 2000, 5000, 10_000, 30_000];

export interface Push {
  url: string;
  sessionId: string;
  body: string;
  /** Made for each attempt, so that a timestamp is fresh. */
  headers: () => Record<string, string>;
  /** How often the same delivery goes out at the same moment. Default once. */
  copies?: number;
  delayMs?: number;
}

/** One attempt to deliver a push. `httpStatus` is absent when no answer came. */
export interface DeliveryAttempt {
  sessionId: string;
  httpStatus?: number;
}

/** Repeats pushes until somebody answers 2xx or the schedule is used up, as real partners do. */
export class PushSender {
  readonly attempts: DeliveryAttempt[] = [];
  readonly #closing = new AbortController();

  constructor(private readonly retryDelaysMs: readonly number[] = DEFAULT_RETRY_DELAYS_MS) {}

  /** Resolves when every copy was taken or given up. */
  async push({ copies = 1, ...push }: Push): Promise<void> {
    await Promise.all(Array.from({ length: copies }, () => this.#deliver(push)));
  }

  close(): void {
    this.#closing.abort();
  }

  async #deliver(push: Omit<Push, 'copies'>): Promise<void> {
    for (const waitMs of [push.delayMs ?? 0, ...this.retryDelaysMs]) {
      try {
        await delay(waitMs, undefined, { signal: this.#closing.signal, ref: false });
        const httpStatus = await this.#post(push);
        this.#remember({ sessionId: push.sessionId, httpStatus });
        if (httpStatus >= 200 && httpStatus < 300) return;
      } catch {
        if (this.#closing.signal.aborted) return;
        this.#remember({ sessionId: push.sessionId });
      }
    }
  }

  async #post({ url, body, headers }: Omit<Push, 'copies'>): Promise<number> {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/json', ...headers() },
      body,
      signal: AbortSignal.any([this.#closing.signal, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]),
    });
    await response.body?.cancel();
    return response.status;
  }

  #remember(attempt: DeliveryAttempt): void {
    this.attempts.push(attempt);
    if (this.attempts.length > MAX_REMEMBERED) this.attempts.shift();
  }
}
