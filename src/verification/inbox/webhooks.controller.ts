import { Controller, Post, Req } from '@nestjs/common';
import { z } from 'zod';
import { IdParam } from '../../platform/http/valid-input.js';
import { readBody } from '../../platform/http/body-room.js';
import { Operation } from '../../platform/http/operation.js';
import type { Request } from '../../platform/http/request-context.js';
import { PushReception } from './push-reception.js';

/** A wallet's callback may carry the credential's photo, up to a megabyte of it, in base64. */
const MAX_PUSH_BYTES = 2 * 1024 * 1024;

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
    this.reception.assertTakes(provider);
    const body = await readBody(request, { kind: 'push', maxBytes: MAX_PUSH_BYTES });
    await this.reception.receive(provider, { body, headers: joinedHeaders(request) });
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
