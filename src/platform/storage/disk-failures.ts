import { errorCode } from './error-code.js';
import { ObjectStoreUnavailableError, type ObjectStoreFailure } from './object-store.errors.js';

/** errno names (errno(3)) that mean more than "the disk does not work". */
const FAILURES: Readonly<Record<string, ObjectStoreFailure>> = {
  ENOSPC: 'full',
  EDQUOT: 'full',
  EFBIG: 'full',
  EMFILE: 'full',
  ENFILE: 'full',
  EACCES: 'denied',
  EPERM: 'denied',
  EROFS: 'denied',
  ELOOP: 'misconfigured',
  ENOTDIR: 'misconfigured',
  EISDIR: 'misconfigured',
  ENOENT: 'misconfigured',
};

/** Turns a file-system error into the store's own; anything without an errno is a programming fault and passes. */
export function toDiskFailure(error: unknown): unknown {
  const code = errorCode(error);
  if (code === undefined || !/^E[A-Z0-9]+$/.test(code)) return error;
  return new ObjectStoreUnavailableError(FAILURES[code] ?? 'unreachable', code);
}
