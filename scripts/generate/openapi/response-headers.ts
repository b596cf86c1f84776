import { PROBLEM_ADVICE } from '../../../src/platform/errors/problem-advice.js';
import { PROBLEMS, type ProblemCode } from '../../../src/platform/errors/problem-catalogue.js';
import type { OperationOptions } from '../../../src/platform/http/operation.js';

const text = (description: string) => ({ description, schema: { type: 'string' } });
const seconds = (description: string) => ({ description, schema: { type: 'integer', minimum: 0 } });

/** Headers of answers that a caller acts on, as they are sent (`report-problem.ts` and the controllers). */
export const HEADERS = {
  'Idempotency-Replayed': text('`true`: this is the first answer to this `Idempotency-Key` once more.'),
  Location: text('The page on which the person goes on.'),
  RateLimit: text('Where a counted limit was reached: `"name";r=left;t=seconds until it is whole again`.'),
  'RateLimit-Policy': text('The same limit: `"name";q=calls;w=seconds of its window`.'),
  'Retry-After': seconds('Seconds until it makes sense to ask again.'),
  'WWW-Authenticate': text(
    'What the call wanted (RFC 9110, 11.6.1): `Bearer`, or one of `Cookie`, `Passkey` and `Webhook`, which are names of ours.',
  ),
} as const;
type HeaderName = keyof typeof HEADERS;

export const referencesTo = (names: readonly HeaderName[]): { headers?: Record<string, { $ref: string }> } =>
  names.length === 0
    ? {}
    : { headers: Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }])) };

export function headersOfProblem(codes: readonly ProblemCode[]): HeaderName[] {
  return [
    ...(codes.some((code) => PROBLEM_ADVICE[code].retry === 'after_wait') ? (['Retry-After'] as const) : []),
    ...(codes.includes('too_many_requests') ? (['RateLimit', 'RateLimit-Policy'] as const) : []),
    ...(codes.some((code) => PROBLEMS[code].status === 401) ? (['WWW-Authenticate'] as const) : []),
  ];
}

export function headersOfSuccess({ idempotent, status }: OperationOptions): HeaderName[] {
  if (status === 303) return ['Location'];
  return idempotent ? ['Idempotency-Replayed'] : [];
}
