import { Controller, Post, Req, Res, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import { FlowGuard, flowOf } from '../flow-session/flow.guard.js';
import { SameOriginGuard } from '../flow-session/same-origin.guard.js';
import { Operation } from '../platform/http/operation.js';
import type { Reply, Request } from '../platform/http/request-context.js';
import { ValidBody } from '../platform/http/valid-input.js';
import { CASE_STATES } from '../recovery-case/case-states.js';
import { ConsentBody, FlowStartBody } from './case.schemas.js';
import { FlowEntryService } from './flow-entry.service.js';

const Started = z.object({
  state: z.enum(CASE_STATES),
  case: z.object({ reference: z.string(), expiresAt: z.iso.datetime() }),
});
const Recorded = z.object({ agreed: z.boolean() });
const Stopped = z.object({ state: z.literal('cancelled') });

@Controller('/v1/flow')
export class FlowEntryController {
  constructor(private readonly entry: FlowEntryService) {}

  @Post('start')
  @UseGuards(SameOriginGuard)
  @Operation({
    summary: 'Exchange the link for a page session. First browser wins.',
    tag: 'Flow',
    audience: 'anyone',
    body: FlowStartBody,
    response: Started,
    problems: ['link_not_usable', 'origin_not_allowed', 'malformed_body'],
  })
  async start(
    @ValidBody(FlowStartBody) body: z.infer<typeof FlowStartBody>,
    @Req() request: Request,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<z.infer<typeof Started>> {
    const recoveryCase = await this.entry.start(body.linkToken, { request, reply });
    return {
      state: recoveryCase.state,
      case: { reference: recoveryCase.reference, expiresAt: recoveryCase.expiresAt.toISOString() },
    };
  }

  @Post('consent')
  @UseGuards(FlowGuard)
  @Operation({
    summary: 'Store the answer to the privacy notice, before any capture.',
    tag: 'Flow',
    audience: 'applicant',
    body: ConsentBody,
    response: Recorded,
    problems: ['flow_ended', 'origin_not_allowed', 'wrong_state', 'version_conflict'],
  })
  async consent(
    @ValidBody(ConsentBody) body: z.infer<typeof ConsentBody>,
    @Req() request: Request,
  ): Promise<z.infer<typeof Recorded>> {
    const { caseId, language } = flowOf(request);
    await this.entry.consent(caseId, { ...body, language });
    return { agreed: body.agreed };
  }

  @Post('stop')
  @UseGuards(FlowGuard)
  @Operation({
    summary: 'The person stops the request.',
    tag: 'Flow',
    audience: 'applicant',
    response: Stopped,
    problems: ['flow_ended', 'origin_not_allowed', 'wrong_state'],
  })
  async stop(@Req() request: Request): Promise<z.infer<typeof Stopped>> {
    await this.entry.stop(flowOf(request).caseId);
    return { state: 'cancelled' };
  }
}
