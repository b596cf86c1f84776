import { Readable } from 'node:stream';
import { Controller, Get, Req, Res, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import { FlowGuard, flowOf } from '../flow-session/flow.guard.js';
import { Problem } from '../platform/errors/problem.js';
import { Operation } from '../platform/http/operation.js';
import type { Reply, Request } from '../platform/http/request-context.js';
import { Draining } from '../platform/process/draining.js';
import { flowEvents } from './flow-events.js';
import { FlowView } from './flow-view.schemas.js';
import { FlowViews } from './flow-views.js';

const MAX_STREAMS_PER_SESSION = 4;

/** Shows the person their own case, once or as a stream. Of a check it says what they may be told. */
@Controller('/v1/flow')
export class FlowViewController {
  readonly #streams = new Map<string, number>();

  constructor(
    private readonly views: FlowViews,
    private readonly draining: Draining,
  ) {}

  @Get()
  @UseGuards(FlowGuard)
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
  @UseGuards(FlowGuard)
  @Operation({
    summary: 'The same as server-sent events.',
    tag: 'Flow',
    audience: 'applicant',
    response: z.string(),
    responseType: 'text/event-stream',
    problems: ['flow_ended'],
  })
  async events(@Req() request: Request, @Res() reply: Reply): Promise<void> {
    const flow = flowOf(request);
    const closed = new AbortController();
    // Gone before it was counted: nothing would ever count it down.
    if (reply.raw.destroyed) return;
    this.countStream(flow.sessionId, 1);
    reply.raw.once('close', () => {
      closed.abort();
      this.countStream(flow.sessionId, -1);
    });
    const over = AbortSignal.any([closed.signal, this.draining.ending]);
    await reply
      .type('text/event-stream; charset=utf-8')
      .header('x-accel-buffering', 'no')
      .send(Readable.from(flowEvents(() => this.views.whileLiving(flow, request), over)));
  }

  /** @throws Problem too_many_requests when a session opens more streams than tabs could need */
  private countStream(sessionId: string, change: 1 | -1): void {
    const open = (this.#streams.get(sessionId) ?? 0) + change;
    if (open > MAX_STREAMS_PER_SESSION) throw new Problem('too_many_requests', { retryAfterSeconds: 10 });
    if (open <= 0) this.#streams.delete(sessionId);
    else this.#streams.set(sessionId, open);
  }
}
