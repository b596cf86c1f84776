import { Problem } from '../errors/problem.js';
import type { Request } from './request-context.js';

const PATTERN = /^[\x21-\x7e]{1,255}$/;

/** The request's `Idempotency-Key` (api.md, Conventions), if it has one. @throws Problem `invalid_request` */
export function idempotencyKeyOf(request: Pick<Request, 'headers'>): string | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined || (typeof key === 'string' && PATTERN.test(key))) return key;
  throw new Problem('invalid_request', {
    errors: [{ pointer: '', code: 'idempotency_key', detail: 'Idempotency-Key: 1 to 255 visible ASCII characters' }],
  });
}
