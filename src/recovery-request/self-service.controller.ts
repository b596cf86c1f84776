import { Controller, Post, Req, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import { SameOriginGuard } from '../flow-session/same-origin.guard.js';
import { Operation } from '../platform/http/operation.js';
import type { Request } from '../platform/http/request-context.js';
import { ValidBody } from '../platform/http/valid-input.js';
import { SelfServiceBody } from './case.schemas.js';
import { SelfServiceStart } from './self-service-start.js';

const Accepted = z.object({ status: z.literal('accepted') }).meta({ id: 'RecoveryRequestAccepted' });

/** Where somebody asks for a recovery themselves. The answer says nothing of accounts (T1–T3). */
@Controller('/v1/recovery-requests')
export class SelfServiceController {
  constructor(private readonly selfService: SelfServiceStart) {}

  @Post()
  @UseGuards(SameOriginGuard)
  @Operation({
    summary: 'Ask for a recovery. The answer is the same for every login.',
    tag: 'Self-service',
    audience: 'anyone',
    status: 202,
    body: SelfServiceBody,
    response: Accepted,
    problems: ['origin_not_allowed', 'malformed_body', 'recoveries_paused'],
  })
  async start(
    @ValidBody(SelfServiceBody) body: z.infer<typeof SelfServiceBody>,
    @Req() request: Request,
  ): Promise<z.infer<typeof Accepted>> {
    await this.selfService.accept(body.login, request.ip);
    return { status: 'accepted' };
  }
}
