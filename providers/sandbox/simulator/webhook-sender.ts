import { createHmac, randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { DeliveryAttempt } from './types.js';

const ANSWER_TIMEOUT_MS = 15_000;
const MAX_REMEMBERED = 10_000;

export interface Push {
  url: string;
  sessionId: string;
  status: string;
  /** How often the same delivery goes out at the same moment. */
  copies: number;
}

/** Signs pushes as Standard Webhooks and repeats them until somebody answers 2xx or the schedule is used up. */
export class WebhookSender {
  readonly attempts: DeliveryAttempt[] = [];
  readonly #closing = new AbortController();
  #keys: Buffer[];

  constructor(
    secrets: readonly string[],
    private readonly options: { retryDelaysMs: readonly number[]; now: () => Date },
  ) {
    this.#keys = secrets.map(keyOf);
  }

  useSecrets(secrets: readonly string[]): void {
    this.#keys = secrets.map(keyOf);
  }

  /** Resolves when every copy was taken or given up. */
  async push({ copies, ...push }: Push): Promise<void> {
    const deliveryId = `msg_${randomBytes(16).toString('base64url')}`;
    await Promise.all(Array.from({ length: copies }, () => this.#deliver(deliveryId, push)));
  }

  close(): void {
    this.#closing.abort();
  }

  async #deliver(deliveryId: string, push: Omit<Push, 'copies'>): Promise<void> {
    for (const waitMs of [0, ...this.options.retryDelaysMs]) {
      try {
        await delay(waitMs, undefined, { signal: this.#closing.signal, ref: false });
        const httpStatus = await this.#post(deliveryId, push);
        this.#remember({ deliveryId, sessionId: push.sessionId, httpStatus });
        if (httpStatus >= 200 && httpStatus < 300) return;
      } catch {
        if (this.#closing.signal.aborted) return;
        this.#remember({ deliveryId, sessionId: push.sessionId });
      }
    }
  }

  async #post(deliveryId: string, { url, sessionId, status }: Omit<Push, 'copies'>): Promise<number> {
    const body = JSON.stringify({ sessionId, status });
    const timestamp = String(Math.floor(this.options.now().getTime() / 1000));
    const signed = `${deliveryId}.${timestamp}.${body}`;
    const signatures = this.#keys.map((key) => `v1,${createHmac('sha256', key).update(signed).digest('base64')}`);
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        'content-type': 'application/json',
        'webhook-id': deliveryId,
        'webhook-timestamp': timestamp,
        'webhook-signature': signatures.join(' '),
      },
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

function keyOf(secret: string): Buffer {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  if (!secret.startsWith('whsec_') || key.length < 24)
    throw new RangeError('a webhook secret is whsec_ and 24 bytes or more');
  return key;
}
