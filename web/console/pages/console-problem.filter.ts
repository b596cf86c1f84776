import { Catch, Injectable, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { toProblem } from '../../../src/platform/http/problem.filter.js';
import { comesBackAfter, reportProblem } from '../../../src/platform/http/report-problem.js';
import type { Reply, Request } from '../../../src/platform/http/request-context.js';
import { Logger } from '../../../src/platform/logging/logger.js';
import { StaffSignIn } from '../../../src/staff-session/staff-sign-in.js';
import { ConsoleFrames } from './console-frames.js';

/** A problem as a page of the console; who is not signed in is offered to. */
@Catch()
@Injectable()
export class ConsoleProblemFilter implements ExceptionFilter {
  constructor(
    private readonly frames: ConsoleFrames,
    private readonly signIn: StaffSignIn,
    private readonly logger: Logger,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const reply = host.switchToHttp().getResponse<Reply>();
    const problem = toProblem(error);
    const { code, status } = problem;
    reportProblem(problem, { request, reply }, this.logger);
    const place = { request, reply, status };
    if (code === 'unauthenticated' && this.signIn.isOffered)
      return void this.frames.send({ screen: 'sign-in', reason: 'ended' }, place);
    void this.frames.send(
      {
        screen: 'problem',
        status,
        code,
        requestId: request.id,
        retryAfterSeconds: comesBackAfter(problem),
      },
      place,
    );
  }
}
