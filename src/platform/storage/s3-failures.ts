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
  if (known !== undefined) return unavailable(known, code, false);
  if (code === 'NotImplemented' || status === 501) return { kind: 'not_supported' };
  if (RETRYABLE_CODES.has(code)) return unavailable('unreachable', code, true);
  if (code === 'NoSuchKey' || status === 404) return { kind: 'not_found' };
  if (code === 'TimeoutError' || code === 'AbortError') return unavailable('timeout', code, true);
  return byStatus(status, errorCode(error) ?? code);
}

function byStatus(status: number | undefined, code: string): S3Failure {
  if (status === 403 || status === 401) return unavailable('denied', code, false);
  if (status === 507) return unavailable('full', code, false);
  if (status === 429) return unavailable('unreachable', code, true);
  if (status !== undefined && status >= 300 && status < 500) return unavailable('misconfigured', code, false);
  return unavailable('unreachable', code, true);
}

function unavailable(failure: ObjectStoreFailure, storeCode: string, retryable: boolean): S3Failure {
  return { kind: 'unavailable', failure, retryable, storeCode: SAFE_CODE.test(storeCode) ? storeCode : 'Unknown' };
}

/** For callers to whom "not found" and "not supported" say nothing better than "wrong store". */
export function toUnavailable(failure: S3Failure): ObjectStoreUnavailableError {
  return failure.kind === 'unavailable'
    ? new ObjectStoreUnavailableError(failure.failure, failure.storeCode)
    : new ObjectStoreUnavailableError('misconfigured', failure.kind === 'not_found' ? 'NotFound' : 'NotImplemented');
}
