import { Controller, Post, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import { FlowGuard } from '../flow-session/flow.guard.js';
import { Operation } from '../platform/http/operation.js';
import { ValidBody } from '../platform/http/valid-input.js';
import { BROWSER_EVENTS } from '../platform/telemetry/flow-labels.js';
import { Metrics } from '../platform/telemetry/metrics.js';

const BrowserEvent = z.strictObject({ event: z.enum(BROWSER_EVENTS) }).meta({ id: 'BrowserEvent' });

/**
 * What only the browser knows: whether its camera opened, and why no passkey was made. One word of a closed list, counted and
 * forgotten: nothing is written down, and nothing follows from it, so that a browser that makes it up moves a figure at most.
 */
@Controller('/v1/flow')
@UseGuards(FlowGuard)
export class BrowserEventsController {
  constructor(private readonly metrics: Metrics) {}

  @Post('browser-events')
  @Operation({
    summary: 'Tell what happened at the device. Counted, never stored.',
    tag: 'Flow',
    audience: 'applicant',
    status: 204,
    body: BrowserEvent,
    response: null,
    problems: ['flow_ended', 'origin_not_allowed'],
  })
  count(@ValidBody(BrowserEvent) { event }: z.infer<typeof BrowserEvent>): void {
    this.metrics.flowEvents.inc({ event });
  }
}
