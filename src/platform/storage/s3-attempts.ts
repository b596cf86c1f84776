import { randomInt } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { classifyS3Error, type S3Failure } from './s3-failures.js';

export interface S3AttemptLimits {
  /** One attempt, from first byte out to last byte in. */
  attemptTimeoutMs: number;
  maxAttempts: number;
  /** Upper bound of the first pause; it doubles with every attempt. */
  backoffMs: number;
}

/** Carries the classified failure of the last attempt to the operation, which knows what it means there. */
export class S3AttemptsFailedError extends Error {
  override readonly name = 'S3AttemptsFailedError';

  constructor(readonly failure: S3Failure) {
    super('The object store refused or failed every attempt.');
  }
}

/**
 * The only retry around S3 (the SDK's own is off): a whole operation, its response body included, is tried again,
 * because the SDK stops at the response head and a connection often dies in the body. Pauses have full jitter.
 * @throws S3AttemptsFailedError for S3 and network errors; an error thrown by `isFinal` types passes unchanged
 */
export async function withAttempts<T>(
  limits: S3AttemptLimits,
  operation: (signal: AbortSignal) => Promise<T>,
  isFinal: (error: unknown) => boolean = () => false,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await operation(AbortSignal.timeout(limits.attemptTimeoutMs));
    } catch (error) {
      if (isFinal(error)) throw error;
      const failure = classifyS3Error(error);
      const again = failure.kind === 'unavailable' && failure.retryable && attempt < limits.maxAttempts;
      if (!again) throw new S3AttemptsFailedError(failure);
    }
    await wait(randomInt(limits.backoffMs * 2 ** (attempt - 1)) + 1);
  }
}
