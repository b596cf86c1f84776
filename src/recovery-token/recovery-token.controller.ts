import { Controller, Post, Req, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import { FlowGuard, flowOf } from '../flow-session/flow.guard.js';
import { Operation } from '../platform/http/operation.js';
import type { Request } from '../platform/http/request-context.js';
import { NoMembers, ValidBody } from '../platform/http/valid-input.js';
import { RecoveryTokens } from './recovery-tokens.js';

const IssuedTokenView = z.object({ token: z.string(), expiresAt: z.iso.datetime() }).meta({ id: 'IssuedTokenView' });
type IssuedTokenView = z.infer<typeof IssuedTokenView>;

/** Hands out the recovery token, to the browser that took the photos and to no other (rule 8). */
@Controller('/v1/flow/token')
@UseGuards(FlowGuard)
export class RecoveryTokenController {
  constructor(private readonly tokens: RecoveryTokens) {}

  @Post()
  @Operation({
    summary: 'The recovery token of an approved case, for the browser that took the photos.',
    tag: 'Flow',
    audience: 'applicant',
    status: 201,
    body: NoMembers,
    response: IssuedTokenView,
    keepsNoAnswer:
      'An `Idempotency-Key` is not looked at: an answer that is kept would keep the token. Asking again is harmless: the new token ends the one before it.',
    problems: ['flow_ended', 'origin_not_allowed', 'capture_binding_missing', 'wrong_state', 'recoveries_paused'],
  })
  async issue(
    @ValidBody(NoMembers) _body: z.infer<typeof NoMembers>,
    @Req() request: Request,
  ): Promise<IssuedTokenView> {
    const { token, expiresAt } = await this.tokens.issue({ caseId: flowOf(request).caseId, request });
    return { token, expiresAt: expiresAt.toISOString() };
  }
}
