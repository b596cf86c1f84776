import { AsyncLocalStorage } from 'node:async_hooks';
import { randomOctets } from '../ids/ids.js';

/** What the work of this moment belongs to: stays with it through every `await`, into the outbox, the job and back. */
export interface Correlation {
  /** A request's id, or that of a round of the sweeper: 96 random bits, base64url. It means nothing by itself. */
  id: string;
  /** W3C Trace Context of the span the work is in, where traces are on. */
  traceparent?: string;
}

const storage = new AsyncLocalStorage<Correlation>();

export const newCorrelationId = (): string => randomOctets(12).toString('base64url');

/** Undefined for work nobody asked for, e.g. at start. */
export const currentCorrelation = (): Correlation | undefined => storage.getStore();

/** Everything that `work` starts, and whatever it waits for, belongs to that request; without one it stays where it is. */
export function withCorrelation<Result>(correlation: Correlation | undefined, work: () => Result): Result {
  return correlation ? storage.run(correlation, work) : work();
}
