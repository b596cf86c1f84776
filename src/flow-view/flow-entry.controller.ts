import { Controller, Post, Req, Res, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import { SameOriginGuard } from '../flow-session/same-origin.guard.js';
import { Operation } from '../platform/http/operation.js';
import type { Reply, Request } from '../platform/http/request-context.js';
import { ValidBody } from '../platform/http/valid-input.js';
import { FlowStartBody } from '../recovery-request/case.schemas.js';
import { FlowEntry } from '../recovery-request/flow-entry.js';
import { FlowView } from './flow-view.schemas.js';
import { FlowViews } from './flow-views.js';

/** Lets the first browser in that brings a case's link, and answers with what it is shown then. */
@Controller('/v1/flow')
export class FlowEntryController {
  constructor(
    private readonly entry: FlowEntry,
    private readonly views: FlowViews,
  ) {}

  @Post('start')
  @UseGuards(SameOriginGuard)
  @Operation({
    summary: 'Exchange the link for a page session. First browser wins.',
    tag: 'Flow',
    audience: 'anyone',
    body: FlowStartBody,
    response: FlowView,
    problems: ['link_not_usable', 'origin_not_allowed', 'malformed_body', 'recoveries_paused'],
  })
  async start(
    @ValidBody(FlowStartBody) body: z.infer<typeof FlowStartBody>,
    @Req() request: Request,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<FlowView> {
    const { flow } = await this.entry.start(body.linkToken, { request, reply });
    return this.views.of(flow, request);
  }
}
