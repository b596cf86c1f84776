import type { ClockPort } from '../ports.js';

export interface Kept<Value> {
  value: Value;
  /** By our clock, in milliseconds since 1970. */
  usableUntilMs: number;
}

/**
 * Something a partner gives out for a while, such as an access token: asked for by one call however many wait for it,
 * kept until its end, dropped when the partner refuses it. A failure is never kept.
 */
export class KeptValue<Value> {
  #kept: Kept<Value> | undefined;
  #asked: Promise<Kept<Value>> | undefined;

  constructor(
    private readonly clock: ClockPort,
    private readonly ask: () => Promise<Kept<Value>>,
  ) {}

  /** @throws what asking throws */
  async get(): Promise<Value> {
    if (this.#kept && this.clock.now().getTime() < this.#kept.usableUntilMs) return this.#kept.value;
    this.#asked ??= this.#renew().finally(() => (this.#asked = undefined));
    return (await this.#asked).value;
  }

  /** The next call asks again. With a value: unless somebody has another one by now. */
  drop(value?: Value): void {
    if (value === undefined || this.#kept?.value === value) this.#kept = undefined;
  }

  async #renew(): Promise<Kept<Value>> {
    return (this.#kept = await this.ask());
  }
}
