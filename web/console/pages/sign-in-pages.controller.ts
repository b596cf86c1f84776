import { Controller, Get, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import {
  clearSecretCookie,
  readCookie,
  setSecretCookie,
  STAFF_COOKIE,
  STAFF_SIGN_IN_COOKIE,
} from '../../../src/flow-session/cookies.js';
import { FormTokens } from '../../../src/flow-session/form-tokens.js';
import { SameOriginGuard } from '../../../src/flow-session/same-origin.guard.js';
import { Clock } from '../../../src/platform/clock/clock.js';
import { Database } from '../../../src/platform/database/database.js';
import { Problem } from '../../../src/platform/errors/problem.js';
import type { Reply, Request } from '../../../src/platform/http/request-context.js';
import { PersonOnly, principalOf, RequireScopes } from '../../../src/staff-access/staff-access.guard.js';
import { SIGN_IN_SECONDS } from '../../../src/staff-session/begun-sign-in.js';
import { ConsoleGuard } from '../../../src/staff-session/console.guard.js';
import { StaffSessions } from '../../../src/staff-session/staff-sessions.js';
import { StaffSignIn } from '../../../src/staff-session/staff-sign-in.js';
import { CONSOLE_ADDRESSES } from '../templates/console-addresses.js';
import { CONSOLE_SECTIONS } from '../templates/index.js';
import { ConsoleFrames } from './console-frames.js';
import { ConsoleProblemFilter } from './console-problem.filter.js';

/** The way in to the console and out of it. Without a client at the issuer all of it answers 404. */
@Controller('console')
@UseFilters(ConsoleProblemFilter)
export class SignInPagesController {
  constructor(
    private readonly frames: ConsoleFrames,
    private readonly signIn: StaffSignIn,
    private readonly sessions: StaffSessions,
    private readonly tokens: FormTokens,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Where somebody's work is; who has none here is told so, and who is not signed in is offered to. */
  @Get()
  @UseGuards(ConsoleGuard)
  @RequireScopes('reviews:decide', 'cases:read', 'cases:write', 'cases:authorize', 'audit:console')
  @PersonOnly()
  async home(@Req() request: Request, @Res() reply: Reply): Promise<void> {
    const { scopes } = principalOf(request);
    const first = CONSOLE_SECTIONS.find(({ scope }) => scopes.has(scope));
    await reply.redirect(first?.address ?? CONSOLE_ADDRESSES.cases, 302);
  }

  @Get('sign-in')
  async page(@Req() request: Request, @Res() reply: Reply): Promise<void> {
    this.assertOffered();
    const { out } = request.query as { out?: unknown };
    const reason = out === '1' ? 'signedOut' : undefined;
    await this.frames.send({ screen: 'sign-in', reason }, { request, reply });
  }

  /** Looking at it changes nothing: a sign-in that is begun and not finished is a cookie for ten minutes. */
  @Get('sign-in/start')
  async start(@Res() reply: Reply): Promise<void> {
    const { url, begun } = await this.signIn.begin();
    setSecretCookie(reply, { name: STAFF_SIGN_IN_COOKIE, value: begun, maxAgeSeconds: SIGN_IN_SECONDS });
    await reply.redirect(url, 303);
  }

  /** Back from the issuer. A session that this browser had before is over, whoever comes in now. */
  @Get('sign-in/return')
  async finish(@Req() request: Request, @Res() reply: Reply): Promise<void> {
    this.assertOffered();
    clearSecretCookie(reply, STAFF_SIGN_IN_COOKIE);
    const query = request.url.slice(request.url.indexOf('?'));
    try {
      const signedIn = await this.signIn.complete(readCookie(request, STAFF_SIGN_IN_COOKIE), query);
      const { secret, endsAt } = await this.database.transaction(async (tx) => {
        await this.sessions.end(tx, readCookie(request, STAFF_COOKIE));
        return this.sessions.open(tx, signedIn);
      });
      const maxAgeSeconds = (endsAt.getTime() - this.clock.now().getTime()) / 1_000;
      setSecretCookie(reply, { name: STAFF_COOKIE, value: secret, maxAgeSeconds });
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'unauthenticated') throw error;
      return this.frames.send({ screen: 'sign-in', reason: 'failed' }, { request, reply, status: 401 });
    }
    await reply.redirect(CONSOLE_ADDRESSES.home, 303);
  }

  /** Signing out asks for no role and for no living session: only for a form of this browser's own session. */
  @Post('sign-out')
  @UseGuards(SameOriginGuard)
  async end(@Req() request: Request, @Res() reply: Reply): Promise<void> {
    this.assertOffered();
    const secret = readCookie(request, STAFF_COOKIE);
    await this.database.transaction(async (tx) => {
      const session = await this.sessions.touch(tx, secret);
      if (!session) return;
      this.tokens.assertIn(request.body, session.sessionId);
      await this.sessions.end(tx, secret);
    });
    clearSecretCookie(reply, STAFF_COOKIE);
    await reply.redirect(`${CONSOLE_ADDRESSES.signIn}?out=1`, 303);
  }

  /** @throws Problem not_found */
  private assertOffered(): void {
    if (!this.signIn.isOffered) throw new Problem('not_found');
  }
}
