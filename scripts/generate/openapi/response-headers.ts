import type { ProblemCode } from '../../../src/platform/errors/problem-catalogue.js';
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
  'WWW-Authenticate': text('`Bearer`: what the call wanted (RFC 9110, 11.6.1).'),
} as const;
type HeaderName = keyof typeof HEADERS;

/** Codes whose answers say when to come back. */
const ASK_AGAIN: readonly ProblemCode[] = [
  'too_many_requests',
  'dependency_unavailable',
  'recoveries_paused',
  'request_in_progress',
];

export const referencesTo = (names: readonly HeaderName[]): { headers?: Record<string, { $ref: string }> } =>
  names.length === 0
    ? {}
    : { headers: Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }])) };

export function headersOfProblem(codes: readonly ProblemCode[], { audience }: OperationOptions): HeaderName[] {
  return [
    ...(codes.some((code) => ASK_AGAIN.includes(code)) ? (['Retry-After'] as const) : []),
    ...(codes.includes('too_many_requests') ? (['RateLimit', 'RateLimit-Policy'] as const) : []),
    ...(codes.includes('unauthenticated') && audience === 'staff' ? (['WWW-Authenticate'] as const) : []),
  ];
}

export function headersOfSuccess({ idempotent, status }: OperationOptions): HeaderName[] {
  if (status === 303) return ['Location'];
  return idempotent ? ['Idempotency-Replayed'] : [];
}
