import { Controller, Post, Req, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import { FlowGuard, flowOf } from '../flow-session/flow.guard.js';
import { Operation } from '../platform/http/operation.js';
import type { Request } from '../platform/http/request-context.js';
import { pageLanguageOf } from '../platform/language/page-language.js';
import { NoMembers, ValidBody } from '../platform/http/valid-input.js';
import { ConsentBody } from './case.schemas.js';
import { Participation } from './participation.js';

const Recorded = z.object({ agreed: z.boolean() }).meta({ id: 'ConsentRecorded' });
const Stopped = z.object({ state: z.literal('cancelled') }).meta({ id: 'FlowStopped' });

/** What the person says to their request: that they agree to the privacy notice or not, and that it stops. */
@Controller('/v1/flow')
export class ParticipationController {
  constructor(private readonly participation: Participation) {}

  @Post('consent')
  @UseGuards(FlowGuard)
  @Operation({
    summary: 'Store the answer to the privacy notice, before any capture.',
    tag: 'Flow',
    audience: 'applicant',
    body: ConsentBody,
    response: Recorded,
    problems: ['flow_ended', 'origin_not_allowed', 'wrong_state', 'version_conflict', 'call_code_missing'],
  })
  async consent(
    @ValidBody(ConsentBody) body: z.infer<typeof ConsentBody>,
    @Req() request: Request,
  ): Promise<z.infer<typeof Recorded>> {
    // Of the notice as this browser is shown it.
    const language = pageLanguageOf(request);
    await this.participation.consent(flowOf(request).caseId, { ...body, language });
    return { agreed: body.agreed };
  }

  @Post('stop')
  @UseGuards(FlowGuard)
  @Operation({
    summary: 'The person stops the request.',
    tag: 'Flow',
    audience: 'applicant',
    body: NoMembers,
    response: Stopped,
    problems: ['flow_ended', 'origin_not_allowed', 'wrong_state'],
  })
  async stop(@ValidBody(NoMembers) _body: unknown, @Req() request: Request): Promise<z.infer<typeof Stopped>> {
    await this.participation.stop(flowOf(request).caseId);
    return { state: 'cancelled' };
  }
}
