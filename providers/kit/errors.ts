/** Every way a provider call can fail. `retryable` is decided here, once; nobody downstream decides it again. */
export const PROVIDER_ERROR_CODES = {
  /** The partner could not be reached, or cut the connection. */
  unreachable: { retryable: true },
  /** No answer inside the deadline. The call may have been carried out. */
  timeout: { retryable: true },
  /** HTTP 5xx or the protocol's own "try later". */
  unavailable: { retryable: true },
  /** HTTP 429; honour `retryAfterSeconds`. */
  rate_limited: { retryable: true },
  /** The result is not there yet. Not a failure. */
  not_ready: { retryable: true },
  /**
   * The adapter's own machine has no room for one more check now. It says nothing of how well it is, and nothing of the
   * person: the check is asked for again after `retryAfterSeconds`, and by others when there is none in time.
   */
  busy: { retryable: true },
  /** Our request was refused (4xx). Repeating it would be refused again. */
  rejected: { retryable: false },
  /** Our credentials were refused. */
  unauthorized: { retryable: false },
  /** The partner no longer knows this session. */
  session_unknown: { retryable: false },
  /** The answer could not be understood: wrong content type, too large, not the documented shape. */
  unintelligible: { retryable: false },
  /** A push or a return that did not prove where it came from. */
  not_authentic: { retryable: false },
  /** The adapter's own machinery is not usable (a model is missing or altered, a child process keeps dying). */
  broken: { retryable: false },
} as const;

export type ProviderErrorCode = keyof typeof PROVIDER_ERROR_CODES;

/** The one error an adapter throws. The message is for operators and holds no personal data and no partner body. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';

  readonly retryable: boolean;

  constructor(
    readonly code: ProviderErrorCode,
    message: string,
    readonly details: { retryAfterSeconds?: number; httpStatus?: number; cause?: unknown } = {},
  ) {
    super(message, { cause: details.cause });
    this.retryable = PROVIDER_ERROR_CODES[code].retryable;
  }
}
