import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { readCookie, STAFF_COOKIE } from '../flow-session/cookies.js';
import { FormTokens } from '../flow-session/form-tokens.js';
import { SameOriginGuard } from '../flow-session/same-origin.guard.js';
import { Database } from '../platform/database/database.js';
import { Problem } from '../platform/errors/problem.js';
import type { Request } from '../platform/http/request-context.js';
import { assertAdmitted } from '../staff-access/staff-access.guard.js';
import { personOf } from '../staff-access/staff-tokens.js';
import { StaffSessions } from './staff-sessions.js';
import { StaffSignIn } from './staff-sign-in.js';

/**
 * Admits a signed-in browser of staff to the console, and to nothing else: `/v1` knows bearers alone. A form has to come from
 * our own origin and to bring its session's token (T22). Who it is and what they may do is decided as for a bearer.
 */
@Injectable()
export class ConsoleGuard implements CanActivate {
  constructor(
    private readonly signIn: StaffSignIn,
    private readonly sameOrigin: SameOriginGuard,
    private readonly sessions: StaffSessions,
    private readonly tokens: FormTokens,
    private readonly database: Database,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (!this.signIn.isOffered) throw new Problem('not_found');
    const request = context.switchToHttp().getRequest<Request>();
    this.sameOrigin.canActivate(context);
    const session = await this.database.write((tx) => this.sessions.touch(tx, readCookie(request, STAFF_COOKIE)));
    if (!session) throw new Problem('unauthenticated');
    request.staffSession = { sessionId: session.sessionId };
    request.principal = personOf(session.claims);
    if (request.method === 'POST') this.tokens.assertIn(request.body, session.sessionId);
    assertAdmitted(request.principal, context.getHandler());
    return true;
  }
}
