import type { Transaction } from '../database/transaction.js';
import type { Request } from '../http/request-context.js';

declare const KEPT: unique symbol;

/**
 * An answer that is kept for a retry under the same `Idempotency-Key`: what {@link keepAnswer} gives, and the one thing that the
 * method of an idempotent operation may answer with (`@Operation`).
 */
export type Kept<Body> = Body & { readonly [KEPT]: true };

/**
 * Makes the answer to a result while its transaction is still open: an answer that is kept for a retry ({@link
 * keepAnswer}) exists if and only if the change does (F2). Functions that take one return `NoInfer<Answer>`, so that
 * the caller's expectation is not inferred as the result.
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
export async function keepAnswer<Body>(request: Request, tx: Transaction, body: Body): Promise<Kept<Body>> {
  request.keepAnswer?.(tx, body);
  return body as Kept<Body>;
}
