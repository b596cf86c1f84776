import { Readable } from 'node:stream';
import { Controller, Get, Req, Res, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import { FlowGuard, flowOf } from '../flow-session/flow.guard.js';
import { Operation } from '../platform/http/operation.js';
import type { Reply, Request } from '../platform/http/request-context.js';
import { flowEvents } from './flow-events.js';
import { FlowView } from './flow-view.schemas.js';
import { FlowViews } from './flow-views.js';

@Controller('/v1/flow')
@UseGuards(FlowGuard)
export class FlowViewController {
  constructor(private readonly views: FlowViews) {}

  @Get()
  @Operation({
    summary: 'Where the person is, and what comes next.',
    tag: 'Flow',
    audience: 'applicant',
    response: FlowView,
    problems: ['flow_ended'],
  })
  async view(@Req() request: Request): Promise<FlowView> {
    return this.views.of(flowOf(request), request);
  }

  @Get('events')
  @Operation({
    summary: 'The same as server-sent events.',
    tag: 'Flow',
    audience: 'applicant',
    response: z.string(),
    responseType: 'text/event-stream',
    problems: ['flow_ended'],
  })
  async events(@Req() request: Request, @Res() reply: Reply): Promise<void> {
    const closed = new AbortController();
    request.raw.on('close', () => closed.abort());
    const flow = flowOf(request);
    await reply
      .type('text/event-stream; charset=utf-8')
      .header('x-accel-buffering', 'no')
      .send(Readable.from(flowEvents(() => this.views.of(flow, request), closed.signal)));
  }
}
