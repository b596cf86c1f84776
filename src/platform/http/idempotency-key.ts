import { Problem } from '../errors/problem.js';
import type { Request } from './request-context.js';

const PATTERN = /^[\x21-\x7e]{1,255}$/;

/** 1 to 255 visible ASCII characters. */
export const isIdempotencyKey = (text: string): boolean => PATTERN.test(text);

/** The request's `Idempotency-Key` (openapi.yaml), if it has one. @throws Problem `invalid_request` */
export function idempotencyKeyOf(request: Pick<Request, 'headers'>): string | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined || (typeof key === 'string' && isIdempotencyKey(key))) return key;
  throw new Problem('invalid_request', {
    errors: [{ pointer: '', code: 'idempotency_key', detail: 'Idempotency-Key: 1 to 255 visible ASCII characters' }],
  });
}
