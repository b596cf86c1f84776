import { Controller, Delete, Get, Post, Req, Res, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import { clearSecretCookie, readCookie, SESSION_COOKIE, setSecretCookie } from '../flow-session/cookies.js';
import { SameOriginGuard } from '../flow-session/same-origin.guard.js';
import { Operation } from '../platform/http/operation.js';
import type { Reply, Request } from '../platform/http/request-context.js';
import { NoMembers, ValidBody } from '../platform/http/valid-input.js';
import { SESSION_SECONDS } from './sessions.js';
import { SignIn } from './sign-in.js';
import { AssertionBody, RequestOptionsView, SessionView } from './webauthn.schemas.js';

/** Answers the calls of a sign-in at the built-in relying party, and of the session it leads to. */
@Controller('/v1')
@UseGuards(SameOriginGuard)
export class SignInController {
  constructor(private readonly signIn: SignIn) {}

  @Post('passkey-assertions/options')
  @Operation({
    summary: 'Options for signing in with a passkey.',
    tag: 'Passkeys',
    audience: 'anyone',
    body: NoMembers,
    response: RequestOptionsView,
    problems: ['origin_not_allowed'],
  })
  async options(
    @ValidBody(NoMembers) _body: z.infer<typeof NoMembers>,
    @Req() request: Request,
  ): Promise<RequestOptionsView> {
    return this.signIn.options(request.ip);
  }

  @Post('passkey-assertions')
  @Operation({
    summary: 'Sign in with a passkey; sets the session cookie.',
    tag: 'Passkeys',
    audience: 'anyone',
    body: AssertionBody,
    response: SessionView,
    problems: ['origin_not_allowed', 'challenge_not_usable', 'assertion_refused'],
  })
  async finish(
    @ValidBody(AssertionBody) body: z.infer<typeof AssertionBody>,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<SessionView> {
    const { secret, session } = await this.signIn.finish(body.credential);
    setSecretCookie(reply, { name: SESSION_COOKIE, value: secret, maxAgeSeconds: SESSION_SECONDS });
    return session;
  }

  @Get('session')
  @Operation({
    summary: 'Who is signed in.',
    tag: 'Passkeys',
    audience: 'session',
    response: SessionView,
    problems: ['unauthenticated'],
  })
  async session(@Req() request: Request): Promise<SessionView> {
    return this.signIn.current(readCookie(request, SESSION_COOKIE));
  }

  @Delete('session')
  @Operation({
    summary: 'Sign out.',
    tag: 'Passkeys',
    audience: 'session',
    status: 204,
    response: null,
    problems: ['origin_not_allowed'],
  })
  async end(@Req() request: Request, @Res({ passthrough: true }) reply: Reply): Promise<void> {
    await this.signIn.end(readCookie(request, SESSION_COOKIE));
    clearSecretCookie(reply, SESSION_COOKIE);
  }
}
