import { Controller, Get, Param, Req, Res, UseFilters } from '@nestjs/common';
import { Problem } from '../../src/platform/errors/problem.js';
import type { Reply, Request } from '../../src/platform/http/request-context.js';
import { NoticeFacts } from '../../src/recovery-request/privacy-notice/notice-facts.js';
import { NOTICE_VERSION, privacyNotice } from '../../src/recovery-request/privacy-notice/index.js';
import { PageFrames } from './page-frames.js';
import { PageProblemFilter } from './page-problem.filter.js';

/** The privacy notice, readable by anybody before anything is agreed to. */
@Controller('notice')
@UseFilters(PageProblemFilter)
export class NoticePageController {
  constructor(
    private readonly frames: PageFrames,
    private readonly facts: NoticeFacts,
  ) {}

  @Get(':version')
  async notice(@Param('version') version: string, @Req() request: Request, @Res() reply: Reply): Promise<void> {
    if (version !== NOTICE_VERSION) throw new Problem('not_found');
    const facts = this.facts.general();
    await this.frames.send(
      { screen: 'notice', notice: privacyNotice(this.frames.language(request), facts), backUrl: '/flow' },
      { request, reply },
    );
  }
}
