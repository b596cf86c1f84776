import { Controller, Param, Post, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import { SameOriginGuard } from '../flow-session/same-origin.guard.js';
import { Operation } from '../platform/http/operation.js';
import { NoMembers, ValidBody } from '../platform/http/valid-input.js';
import { Repudiation } from './repudiation.service.js';

const Stopped = z.object({ status: z.literal('stopped') });

@Controller('/v1/notices')
export class NoticesController {
  constructor(private readonly repudiation: Repudiation) {}

  @Post(':noticeToken/repudiate')
  @UseGuards(SameOriginGuard)
  @Operation({
    summary: '“This was not me”: stop the case or freeze the passkey that came of it.',
    tag: 'Notices',
    audience: 'notice',
    body: NoMembers,
    response: Stopped,
    problems: ['not_found', 'origin_not_allowed'],
  })
  async repudiate(
    @Param('noticeToken') noticeToken: string,
    @ValidBody(NoMembers) _body: unknown,
  ): Promise<z.infer<typeof Stopped>> {
    await this.repudiation.repudiate(noticeToken);
    return { status: 'stopped' };
  }
}
