import type { Problem } from '../errors/problem.js';
import type { Logger } from '../logging/logger.js';
import type { Reply, Request } from './request-context.js';

/**
 * Tells log and headers of a problem, whatever the body is that a filter then answers with: a document, or one of the
 * two kinds of pages. A 401 names the bearer token where one was wanted (RFC 9110, 15.5.2); for a cookie or a partner's
 * signature there is no scheme to name.
 */
export function reportProblem(
  problem: Problem,
  { request, reply }: { request: Request; reply: Reply },
  logger: Logger,
): void {
  const { cause, limit, retryAfterSeconds } = problem.options;
  const fields = { requestId: request.id, error: cause ?? problem };
  if (problem.code === 'internal_error') logger.error('request_failed', fields);
  if (problem.code === 'dependency_unavailable') logger.warn('dependency_unavailable', fields);
  if (reply.sent || reply.raw.headersSent) return;
  if (retryAfterSeconds !== undefined) void reply.header('retry-after', String(retryAfterSeconds));
  if (limit)
    void reply
      .header('ratelimit', `"${limit.name}";r=${limit.remaining};t=${limit.resetSeconds}`)
      .header('ratelimit-policy', `"${limit.name}";q=${limit.limit};w=${limit.windowSeconds}`);
  if (problem.status === 401 && request.wantsBearer) void reply.header('www-authenticate', 'Bearer');
}
