import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Database } from '../platform/database/database.js';
import { Problem } from '../platform/errors/problem.js';
import type { Request } from '../platform/http/request-context.js';
import { FLOW_COOKIE, readCookie } from './cookies.js';
import { FlowSessions, type FlowSession } from './flow-sessions.js';
import { SameOriginGuard } from './same-origin.guard.js';

/**
 * Admits the browser that started the flow. Writes need our own origin, by `Sec-Fetch-Site` or `Origin`, and a JSON body, which
 * no form can send; a browser's form needs the CSRF token instead, which its page checks (T22).
 */
@Injectable()
export class FlowGuard implements CanActivate {
  constructor(
    private readonly sameOrigin: SameOriginGuard,
    private readonly sessions: FlowSessions,
    private readonly database: Database,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    this.sameOrigin.canActivate(context);
    const session = await this.database.write((tx) => this.sessions.touch(tx, readCookie(request, FLOW_COOKIE)));
    if (!session) throw new Problem('flow_ended');
    request.flow = session;
    return true;
  }
}

/** The page session a {@link FlowGuard} found. @throws Problem flow_ended when there was no guard */
export function flowOf(request: Request): FlowSession {
  if (!request.flow) throw new Problem('flow_ended');
  return request.flow;
}
