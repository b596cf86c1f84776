import { errorCode, errorName } from './error-code.js';
import { ObjectStoreUnavailableError, type ObjectStoreFailure } from './object-store.errors.js';

/** What one failed attempt means. `not_supported` is an answer, not an outage: the server lacks that operation. */
export type S3Failure =
  | { kind: 'not_found' }
  | { kind: 'not_supported' }
  | { kind: 'unavailable'; failure: ObjectStoreFailure; retryable: boolean; storeCode: string };

/** Codes of the Amazon S3 API reference, "List of error codes", that do not follow from their HTTP status. */
const CODES: Readonly<Record<string, ObjectStoreFailure>> = {
  AccessDenied: 'denied',
  InvalidAccessKeyId: 'denied',
  SignatureDoesNotMatch: 'denied',
  NoSuchBucket: 'misconfigured',
  PermanentRedirect: 'misconfigured',
  AuthorizationHeaderMalformed: 'misconfigured',
  InsufficientCapacity: 'full',
  QuotaExceeded: 'full',
  XMinioStorageFull: 'full',
};

/** Refusals that a second attempt can cure: the SDK corrects its clock after the first, the others ask for patience. */
const RETRYABLE_CODES: ReadonlySet<string> = new Set(['RequestTimeTooSkewed', 'RequestTimeout', 'SlowDown']);
const SAFE_CODE = /^[A-Za-z0-9_.]{1,64}$/;

/** Reads an SDK error by its S3 code, its HTTP status, or its socket code; nothing of the response itself is kept. */
export function classifyS3Error(error: unknown): S3Failure {
  const code = errorName(error) ?? 'Unknown';
  const status = (error as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode;
  const known = CODES[code];
  if (known !== undefined) return permanent(known, code);
  if (code === 'NotImplemented' || status === 501) return { kind: 'not_supported' };
  if (RETRYABLE_CODES.has(code)) return passing('unreachable', code);
  if (code === 'NoSuchKey' || status === 404) return { kind: 'not_found' };
  if (code === 'TimeoutError' || code === 'AbortError') return passing('timeout', code);
  return byStatus(status, errorCode(error) ?? code);
}

function byStatus(status: number | undefined, code: string): S3Failure {
  if (status === 403 || status === 401) return permanent('denied', code);
  if (status === 507) return permanent('full', code);
  if (status === 429) return passing('unreachable', code);
  if (status !== undefined && status >= 300 && status < 500) return permanent('misconfigured', code);
  return passing('unreachable', code);
}

/** A second attempt would come to the same. */
const permanent = (failure: ObjectStoreFailure, code: string): S3Failure => ({
  kind: 'unavailable',
  failure,
  retryable: false,
  storeCode: told(code),
});

/** A second attempt may succeed. */
const passing = (failure: ObjectStoreFailure, code: string): S3Failure => ({
  kind: 'unavailable',
  failure,
  retryable: true,
  storeCode: told(code),
});

const told = (code: string): string => (SAFE_CODE.test(code) ? code : 'Unknown');

/** For callers to whom "not found" and "not supported" say nothing better than "wrong store". */
export function toUnavailable(failure: S3Failure): ObjectStoreUnavailableError {
  return failure.kind === 'unavailable'
    ? new ObjectStoreUnavailableError(failure.failure, failure.storeCode)
    : new ObjectStoreUnavailableError('misconfigured', failure.kind === 'not_found' ? 'NotFound' : 'NotImplemented');
}
