import { Controller, Get, Param, Req, Res, UseFilters } from '@nestjs/common';
import { FLOW_COOKIE, readCookie } from '../../src/flow-session/cookies.js';
import { FlowSessions } from '../../src/flow-session/flow-sessions.js';
import { Database } from '../../src/platform/database/database.js';
import { Problem } from '../../src/platform/errors/problem.js';
import type { Reply, Request } from '../../src/platform/http/request-context.js';
import { RecoveryCaseRepository } from '../../src/recovery-case/recovery-case.repository.js';
import { PrivacyNoticeFacts } from '../../src/recovery-request/privacy-notice/privacy-notice-facts.js';
import { NOTICE_VERSION, privacyNotice } from '../../src/recovery-request/privacy-notice/index.js';
import { PageFrames } from './page-frames.js';
import { PageProblemFilter } from './page-problem.filter.js';

/** The privacy notice, readable by anybody before anything is agreed to. */
@Controller('notice')
@UseFilters(PageProblemFilter)
export class NoticePageController {
  constructor(
    private readonly frames: PageFrames,
    private readonly facts: PrivacyNoticeFacts,
    private readonly database: Database,
    private readonly flows: FlowSessions,
    private readonly cases: RecoveryCaseRepository,
  ) {}

  @Get(':version')
  async notice(@Param('version') version: string, @Req() request: Request, @Res() reply: Reply): Promise<void> {
    if (version !== NOTICE_VERSION) throw new Problem('not_found');
    const facts = await this.factsFor(request);
    await this.frames.send(
      { screen: 'notice', notice: privacyNotice(this.frames.language(request), facts), backUrl: '/flow' },
      { request, reply },
    );
  }

  /**
   * A person in a flow reads the text that they agree to, whose hash is kept; others read the text that holds for any
   * case.
   */
  private async factsFor(request: Request): Promise<ReturnType<PrivacyNoticeFacts['general']>> {
    const session = await this.database.write((tx) => this.flows.touch(tx, readCookie(request, FLOW_COOKIE)));
    return this.database.read(async (tx) => {
      const recoveryCase = session && (await this.cases.find(tx, session.caseId));
      return recoveryCase ? this.facts.ofCase(tx, recoveryCase) : this.facts.general();
    });
  }
}
