import { inspect } from 'node:util';

const REDACTED = '[sensitive]';

/**
 * A value about a person that must never leave by accident. Every way a value usually slips out – JSON, string
 * concatenation, `util.inspect`, a logger's serialiser – sees `[sensitive]`; only {@link Sensitive.reveal} gives it
 * back, so each use can be found by searching for that word.
 */
export class Sensitive<T> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  /** The value itself. Call it at the edge that needs it and keep the result in a local variable. */
  reveal(): T {
    return this.#value;
  }

  toJSON(): string {
    return REDACTED;
  }

  toString(): string {
    return REDACTED;
  }

  [Symbol.toPrimitive](): string {
    return REDACTED;
  }

  [inspect.custom](): string {
    return REDACTED;
  }
}
