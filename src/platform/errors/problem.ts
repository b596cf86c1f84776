import { PROBLEMS, type InputFault, type ProblemCode } from './problem-catalogue.js';

/** A limit that was reached, as `RateLimit` and `RateLimit-Policy` tell it (draft-ietf-httpapi-ratelimit-headers). */
export interface SpentLimit {
  name: string;
  limit: number;
  remaining: number;
  resetSeconds: number;
  windowSeconds: number;
}

/**
 * The one error that callers are meant to see. `cause` stays inside; the public text is the catalogue's title and an
 * optional `detail` written here, never text from a library (T94).
 */
export class Problem extends Error {
  override readonly name = 'Problem';

  readonly status: number;

  constructor(
    readonly code: ProblemCode,
    readonly options: {
      detail?: string;
      errors?: InputFault[];
      retryAfterSeconds?: number;
      limit?: SpentLimit;
      cause?: unknown;
    } = {},
  ) {
    super(code, { cause: options.cause });
    this.status = PROBLEMS[code].status;
  }
}

/** RFC 9457 body. `instance` is the request id, so that a caller can quote it without our echoing anything else. */
export interface ProblemDocument {
  type: string;
  title: string;
  status: number;
  code: ProblemCode;
  instance: string;
  detail?: string;
  errors?: InputFault[];
}

/** The body for one request; whatever else the error carries (`cause`, `limit`) is for log and headers. */
export function problemDocument(
  problem: Problem,
  place: { documentationUrl: string; requestId: string },
): ProblemDocument {
  return {
    type: `${place.documentationUrl}#${problem.code}`,
    title: PROBLEMS[problem.code].title,
    status: problem.status,
    code: problem.code,
    instance: `urn:regain:request:${place.requestId}`,
    ...(problem.options.detail ? { detail: problem.options.detail } : {}),
    ...(problem.options.errors ? { errors: problem.options.errors } : {}),
  };
}
