import { Catch, Injectable, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Problem } from '../../src/platform/errors/problem.js';
import { toProblem } from '../../src/platform/http/problem.filter.js';
import { comesBackAfter, reportProblem } from '../../src/platform/http/report-problem.js';
import type { Reply, Request } from '../../src/platform/http/request-context.js';
import { Logger } from '../../src/platform/logging/logger.js';
import type { PageView } from '../templates/index.js';
import { PageFrames } from './page-frames.js';

/** A problem as a page: plain words, the request's number, and what to do. */
@Catch()
@Injectable()
export class PageProblemFilter implements ExceptionFilter {
  constructor(
    private readonly frames: PageFrames,
    private readonly logger: Logger,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const reply = host.switchToHttp().getResponse<Reply>();
    const problem = toProblem(error);
    reportProblem(problem, { request, reply }, this.logger);
    void this.frames.send(this.pageOf(problem, request.id), {
      request,
      reply,
      status: problem.status,
      flow: request.flow,
    });
  }

  protected pageOf(problem: Problem, requestId: string): PageView {
    const { status, code } = problem;
    // Every way a link can be dead looks the same, and so does every way a page session can be over.
    if (code === 'link_not_usable') return { screen: 'link-dead' };
    if (code === 'flow_ended') return { screen: 'flow-ended' };
    return { screen: 'error', status, code, requestId, retryAfterSeconds: comesBackAfter(problem) };
  }
}
