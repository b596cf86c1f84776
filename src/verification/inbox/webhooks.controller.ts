import { Controller, Post, Req } from '@nestjs/common';
import { z } from 'zod';
import { IdParam } from '../../platform/http/valid-input.js';
import { Operation } from '../../platform/http/operation.js';
import { Problem } from '../../platform/errors/problem.js';
import type { Request } from '../../platform/http/request-context.js';
import { PushReception } from './push-reception.js';

const Received = z.object({ received: z.literal(true) }).meta({ id: 'DeliveryReceived' });

/** Where partners deliver. */
@Controller()
export class WebhooksController {
  constructor(private readonly reception: PushReception) {}

  @Post('v1/webhooks/:provider')
  @Operation({
    summary: 'Take a delivery of a partner. It is a nudge: the truth is fetched from the partner afterwards.',
    tag: 'Partners',
    audience: 'partner',
    response: Received,
    problems: ['push_not_authentic', 'not_found', 'malformed_body', 'body_too_large'],
  })
  async receive(@IdParam('provider') provider: string, @Req() request: Request): Promise<z.infer<typeof Received>> {
    const { rawBody } = request;
    if (!rawBody) throw new Problem('malformed_body');
    await this.reception.receive(provider, { body: rawBody, headers: joinedHeaders(request) });
    return { received: true };
  }
}

/** Every header that was sent, also twice: Node keeps only the first of some names in `headers`. */
function joinedHeaders({ raw: { rawHeaders } }: Request): Record<string, string> {
  const joined = Object.create(null) as Record<string, string>;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = [rawHeaders[at]?.toLowerCase(), rawHeaders[at + 1]];
    joined[name] = name in joined ? `${joined[name]}, ${value}` : value;
  }
  return joined;
}
