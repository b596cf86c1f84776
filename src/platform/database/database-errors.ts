/** PostgreSQL could not be reached or gave up; callers answer 503 and change nothing (rule 12). */
export class DatabaseUnavailableError extends Error {
  constructor(cause: unknown) {
    super('the database is not available', { cause });
    this.name = 'DatabaseUnavailableError';
  }
}

/**
 * A migration changed the columns of a statement that this connection had prepared; the connection is given up and the
 * transaction runs again on one that prepares it anew (PostgreSQL, plancache.c: `feature_not_supported`).
 */
const STALE_PLAN = /cached plan must not change result type/;
/**
 * Classes 08 (connection), 53 (resources), 57 (operator intervention); what node-postgres says itself; and a server that
 * takes no writes any more: one that stepped down, or a standby (25006).
 */
const UNAVAILABLE_CODE = /^(08|53|57|25006)/;
const UNAVAILABLE_ERRNO = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOENT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  // Not the server's fault but ours, and as little known to last: no descriptor and no port is left (connect(2), F45).
  'EMFILE',
  'ENFILE',
  'EADDRNOTAVAIL',
]);
const UNAVAILABLE_MESSAGE =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Driver not Connected|not queryable|Query read timeout/i;

export function postgresErrorCode(error: unknown): string | undefined {
  return error && typeof error === 'object' && 'code' in error ? String(error.code) : undefined;
}

/** `too_many_connections`: of the server, of this database or of the role. */
export const hasNoRoom = (error: unknown): boolean => postgresErrorCode(error) === '53300';

export const isUniqueViolation = (error: unknown): boolean => postgresErrorCode(error) === '23505';

/** What the server or node-postgres itself says. */
export function saysUnavailable(error: unknown): boolean {
  return (
    UNAVAILABLE_CODE.test(postgresErrorCode(error) ?? '') ||
    (error instanceof Error && UNAVAILABLE_MESSAGE.test(error.message))
  );
}

/** What the system says of a socket. Of a file, or of another server that was asked meanwhile, it says the same. */
export const hasErrno = (error: unknown): boolean => UNAVAILABLE_ERRNO.has(postgresErrorCode(error) ?? '');

/** Also when the server does not know a statement that we believe it has. */
export const isStalePlan = (error: unknown): boolean =>
  postgresErrorCode(error) === '26000' ||
  (postgresErrorCode(error) === '0A000' && error instanceof Error && STALE_PLAN.test(error.message));
