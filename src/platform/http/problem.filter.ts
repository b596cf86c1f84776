import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { CaseShreddedError } from '../crypto/case-keys.js';
import { DatabaseUnavailableError, postgresErrorCode } from '../database/database-errors.js';
import { PAUSED_CODE, pausedProblem } from '../errors/paused.js';
import { problemDocument, Problem } from '../errors/problem.js';
import type { ProblemCode } from '../errors/problem-catalogue.js';
import { FailpointError } from '../failpoints/failpoints.js';
import type { Logger } from '../logging/logger.js';
import { SanitiserUnavailableError } from '../pictures/image-sanitiser.errors.js';
import { ObjectStoreUnavailableError } from '../storage/object-store.errors.js';
import type { Reply, Request } from './request-context.js';

const BY_STATUS: Record<number, ProblemCode> = {
  400: 'malformed_body',
  401: 'unauthenticated',
  404: 'not_found',
  405: 'method_not_allowed',
  413: 'body_too_large',
  415: 'unsupported_media_type',
  429: 'too_many_requests',
};

/** Whatever was thrown, as the problem the caller may see. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (postgresErrorCode(error) === PAUSED_CODE) return pausedProblem(error);
  const unavailable =
    error instanceof DatabaseUnavailableError ||
    error instanceof ObjectStoreUnavailableError ||
    error instanceof SanitiserUnavailableError ||
    error instanceof FailpointError;
  if (unavailable) return new Problem('dependency_unavailable', { cause: error, retryAfterSeconds: 5 });
  if (error instanceof CaseShreddedError) return new Problem('not_found', { cause: error });
  const status = error instanceof HttpException ? error.getStatus() : statusOf(error);
  const code = status === undefined ? undefined : BY_STATUS[status];
  return code ? new Problem(code, { cause: error }) : new Problem('internal_error', { cause: error });
}

function statusOf(error: unknown): number | undefined {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : undefined;
}

/** The one place that turns errors into HTTP (rule 11). */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly logger: Logger,
    private readonly documentationUrl: string,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    this.answer(toProblem(error), {
      request: host.switchToHttp().getRequest<Request>(),
      reply: host.switchToHttp().getResponse<Reply>(),
    });
  }

  answer(problem: Problem, exchange: { request: Request; reply: Reply }): void {
    const { request, reply } = exchange;
    if (problem.code === 'internal_error')
      this.logger.error('request_failed', { requestId: request.id, error: problem.options.cause ?? problem });
    if (problem.code === 'dependency_unavailable')
      this.logger.warn('dependency_unavailable', { requestId: request.id, error: problem.options.cause ?? problem });
    if (reply.sent || reply.raw.headersSent) return;
    if (problem.options.retryAfterSeconds !== undefined)
      void reply.header('retry-after', String(problem.options.retryAfterSeconds));
    const { limit } = problem.options;
    if (limit) {
      void reply
        .header('ratelimit', `"${limit.name}";r=${limit.remaining};t=${limit.resetSeconds}`)
        .header('ratelimit-policy', `"${limit.name}";q=${limit.limit};w=${limit.windowSeconds}`);
    }
    if (problem.code === 'unauthenticated') void reply.header('www-authenticate', 'Bearer');
    void reply
      .status(problem.status)
      .type('application/problem+json; charset=utf-8')
      .send(
        JSON.stringify(problemDocument(problem, { documentationUrl: this.documentationUrl, requestId: request.id })),
      );
  }
}
