import { Controller, Get, Param, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import { SameOriginGuard } from '../../src/flow-session/same-origin.guard.js';
import { NoticeConfirmation } from '../../src/notification/notice-confirmation.js';
import { NoticeReader, type ReadNotice } from '../../src/notification/notice-reader.js';
import { ConfirmationNumber } from '../../src/notification/notices.controller.js';
import { Repudiation } from '../../src/notification/repudiation.js';
import { Database } from '../../src/platform/database/database.js';
import { Problem } from '../../src/platform/errors/problem.js';
import type { Reply, Request } from '../../src/platform/http/request-context.js';
import { FlowPageFacts } from './flow-page-facts.js';
import { textField } from './form-input.js';
import { PageFrames, type Exchange, type PageFacts } from './page-frames.js';
import { SecurityNoticeProblemFilter } from './security-notice-problem.filter.js';
import type { ViewOf } from '../templates/page-view.js';

/** What the link in a security notice opens. A GET changes nothing, however often it comes (T20). */
@Controller('notices')
@UseFilters(SecurityNoticeProblemFilter)
export class SecurityNoticePagesController {
  constructor(
    private readonly frames: PageFrames,
    private readonly database: Database,
    private readonly repudiation: Repudiation,
    private readonly confirmation: NoticeConfirmation,
    private readonly notices: NoticeReader,
    private readonly facts: FlowPageFacts,
  ) {}

  /** The second address is where a form of the page leads to: a reload or another language shows the page again. */
  @Get([':noticeToken', ':noticeToken/confirm'])
  async noticeReader(
    @Param('noticeToken') noticeToken: string,
    @Req() request: Request,
    @Res() reply: Reply,
  ): Promise<void> {
    const notice = await this.notice(noticeToken);
    const page = questionPage(noticeToken, notice) ?? readerPage(noticeToken, notice);
    await this.frames.send(page, { request, reply, ...(await this.placeOf(notice)) });
  }

  @Post(':noticeToken')
  @UseGuards(SameOriginGuard)
  async repudiate(
    @Param('noticeToken') noticeToken: string,
    @Req() request: Request,
    @Res() reply: Reply,
  ): Promise<void> {
    const { outcome, notice } = await this.repudiation.repudiate(noticeToken);
    await this.frames.send({ screen: 'not-me-reported', outcome }, { request, reply, ...(await this.placeOf(notice)) });
  }

  @Post(':noticeToken/confirm')
  @UseGuards(SameOriginGuard)
  async confirm(
    @Param('noticeToken') noticeToken: string,
    @Req() request: Request,
    @Res() reply: Reply,
  ): Promise<void> {
    const notice = await this.notice(noticeToken);
    const exchange = { request, reply };
    const number = textField(request, 'number').trim();
    if (!ConfirmationNumber.safeParse(number).success)
      return this.askAgain(noticeToken, { exchange, error: { code: 'number_missing' } });
    const outcome = await this.confirmation.confirm(noticeToken, number);
    if (outcome.kind === 'not_awaited') return this.questionOver(noticeToken, exchange);
    if (outcome.kind === 'not_matching') {
      const error = { code: 'number_wrong', triesLeft: outcome.triesLeft } as const;
      return this.askAgain(noticeToken, { exchange, error });
    }
    const screen = outcome.kind === 'confirmed' ? 'device-confirmed' : 'device-refused';
    return this.frames.send({ screen }, { ...exchange, ...(await this.placeOf(notice)) });
  }

  private async askAgain(
    noticeToken: string,
    { exchange, error }: { exchange: Exchange; error: ViewOf<'confirm-device'>['error'] },
  ): Promise<void> {
    const notice = await this.notice(noticeToken);
    const page = questionPage(noticeToken, notice);
    if (!page) return this.questionOver(noticeToken, exchange);
    return this.frames.send({ ...page, error }, { ...exchange, ...(await this.placeOf(notice)), status: 400 });
  }

  /** Who answers too late has no request to go back to: the page says that the question is over, and how to stop it. */
  private async questionOver(noticeToken: string, exchange: Exchange): Promise<void> {
    const notice = await this.notice(noticeToken);
    const page = readerPage(noticeToken, notice);
    return this.frames.send(page, { ...exchange, ...(await this.placeOf(notice)), status: 409 });
  }

  /** @throws Problem not_found */
  private async notice(noticeToken: string): Promise<ReadNotice> {
    const notice = await this.database.read((tx) => this.notices.read(tx, noticeToken));
    if (!notice) throw new Problem('not_found');
    return notice;
  }

  /** What the page of every notice has: the request number and the profile's own words. */
  private async placeOf({ caseId, reference }: ReadNotice): Promise<PageFacts> {
    return { reference, copy: await this.facts.copyOf(caseId) };
  }
}

/** The page of a question that can still be answered. */
function questionPage(noticeToken: string, { at, question }: ReadNotice): ViewOf<'confirm-device'> | undefined {
  return question && { screen: 'confirm-device', noticeToken, at, ...question };
}

function readerPage(noticeToken: string, { event, at }: ReadNotice): ViewOf<'notice-reader'> {
  return { screen: 'notice-reader', noticeToken, event, at };
}
