import { Controller, Post, Req, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import { readCookie, SESSION_COOKIE } from '../flow-session/cookies.js';
import { SameOriginGuard } from '../flow-session/same-origin.guard.js';
import { Operation } from '../platform/http/operation.js';
import type { Request } from '../platform/http/request-context.js';
import { NoMembers, ValidBody } from '../platform/http/valid-input.js';
import { Repudiation } from './repudiation.js';

const Stopped = z.object({ status: z.enum(['stopped', 'nothing_to_stop']) }).meta({ id: 'RecoveryStopped' });

/** Somebody who still signs in with a passkey has not lost it: they stop a recovery of their account at once. */
@Controller('/v1/session')
@UseGuards(SameOriginGuard)
export class SessionStopController {
  constructor(private readonly repudiation: Repudiation) {}

  @Post('stop-recovery')
  @Operation({
    summary: 'Stop the recovery of the account that is signed in here.',
    tag: 'Passkeys',
    audience: 'session',
    body: NoMembers,
    response: Stopped,
    problems: ['unauthenticated', 'origin_not_allowed'],
  })
  async stop(
    @ValidBody(NoMembers) _body: z.infer<typeof NoMembers>,
    @Req() request: Request,
  ): Promise<z.infer<typeof Stopped>> {
    const stopped = await this.repudiation.stopAsOwner(readCookie(request, SESSION_COOKIE));
    return { status: stopped ? 'stopped' : 'nothing_to_stop' };
  }
}
