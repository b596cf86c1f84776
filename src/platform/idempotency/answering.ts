import type { Transaction } from '../database/transaction.js';
import type { Request } from '../http/request-context.js';

/**
 * What a result is answered with, made while its transaction is still open: an answer that is kept for a retry
 * ({@link keepAnswer}) is there if and only if the change is (F2).
 */
export type Answering<Result, Answer> = (tx: Transaction, result: Result) => Promise<Answer>;

/** For callers who want the result itself. */
export async function asItIs<Result, Answer>(_tx: Transaction, result: Result): Promise<Answer> {
  return result as unknown as Answer;
}

/**
 * Keeps an answer under the request's `Idempotency-Key`, if it has one, in the transaction of the change. That fails, and the
 * request is answered `request_in_progress`, when another one has taken the key over meanwhile.
 */
export async function keepAnswer<Body>(request: Request, tx: Transaction, body: Body): Promise<Body> {
  request.keepAnswer?.(tx, body);
  return body;
}
