import { PROBLEM_ADVICE } from '../errors/problem-advice.js';
import type { Problem } from '../errors/problem.js';
import type { ProblemCode } from '../errors/problem-catalogue.js';
import type { Logger } from '../logging/logger.js';
import type { Reply, Request } from './request-context.js';

/** When to come back, where nobody knows better. */
const SOON_SECONDS = 5;

/** A 401 that can only be about one kind of proof, which its route takes. */
const PROOFS: Partial<Record<ProblemCode, string>> = { assertion_refused: 'Passkey', push_not_authentic: 'Webhook' };

/**
 * Tells log and headers of a problem, whatever the body is that a filter then answers with: a document, or one of the
 * two kinds of pages.
 */
export function reportProblem(
  problem: Problem,
  { request, reply }: { request: Request; reply: Reply },
  logger: Logger,
): void {
  const { cause, limit } = problem.options;
  const fields = { requestId: request.id, error: cause ?? problem };
  if (problem.code === 'internal_error') logger.error('request_failed', fields);
  if (problem.code === 'dependency_unavailable') logger.warn('dependency_unavailable', fields);
  if (reply.sent || reply.raw.headersSent) return;
  const retryAfterSeconds = comesBackAfter(problem);
  if (retryAfterSeconds !== undefined) void reply.header('retry-after', String(retryAfterSeconds));
  if (limit)
    void reply
      .header('ratelimit', `"${limit.name}";r=${limit.remaining};t=${limit.resetSeconds}`)
      .header('ratelimit-policy', `"${limit.name}";q=${limit.limit};w=${limit.windowSeconds}`);
  if (problem.status === 401) void reply.header('www-authenticate', challengeOf(problem, request));
}

/** Whoever is advised to send the same again after a while is told after which, by the header and by a page alike. */
export function comesBackAfter({ code, options }: Problem): number | undefined {
  return options.retryAfterSeconds ?? (PROBLEM_ADVICE[code].retry === 'after_wait' ? SOON_SECONDS : undefined);
}

/**
 * What the route lets in: a 401 has to say it (RFC 9110, 11.6.1). Of these schemes only `Bearer` is registered (RFC 6750);
 * there is none for a cookie, a passkey or what a partner signs with, and a browser shows no prompt for one that it does not
 * know.
 */
function challengeOf({ code }: Problem, { wantsBearer }: Request): string {
  return `${PROOFS[code] ?? (wantsBearer ? 'Bearer' : 'Cookie')} realm="regain"`;
}
