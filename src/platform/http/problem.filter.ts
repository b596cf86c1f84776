import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { CaseShreddedError } from '../crypto/case-keys.js';
import { UnknownRowKeyError } from '../crypto/row-macs.js';
import { DatabaseUnavailableError, postgresErrorCode } from '../database/database-errors.js';
import { PAUSED_CODE, pausedProblem } from '../errors/paused.js';
import { problemDocument, Problem } from '../errors/problem.js';
import type { ProblemCode } from '../errors/problem-catalogue.js';
import { FailpointError } from '../failpoints/failpoints.js';
import type { Logger } from '../logging/logger.js';
import { SanitiserUnavailableError } from '../pictures/image-sanitiser.errors.js';
import { ObjectStoreUnavailableError } from '../storage/object-store.errors.js';
import { reportProblem } from './report-problem.js';
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
    error instanceof UnknownRowKeyError ||
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

/**
 * Answers with a problem document. Pages have filters of their own (web/pages, web/console); what an error is, and what
 * log and headers say of it, they share (rule 11).
 */
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
    reportProblem(problem, exchange, this.logger);
    if (reply.sent || reply.raw.headersSent) return;
    void reply
      .status(problem.status)
      .type('application/problem+json; charset=utf-8')
      .send(
        JSON.stringify(problemDocument(problem, { documentationUrl: this.documentationUrl, requestId: request.id })),
      );
  }
}
