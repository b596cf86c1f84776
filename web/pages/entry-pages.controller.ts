import { Controller, Get, Param, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import { countBrowser } from '../../src/flow-session/browser-figures.js';
import { inAppBrowser } from '../../src/flow-session/in-app-browser.js';
import { SameOriginGuard } from '../../src/flow-session/same-origin.guard.js';
import { NoticeConfirmation } from '../../src/notification/notice-confirmation.service.js';
import { NoticeReader, type ReadNotice } from '../../src/notification/notice-reader.js';
import { ConfirmationNumber } from '../../src/notification/notices.controller.js';
import { Repudiation } from '../../src/notification/repudiation.service.js';
import { Database } from '../../src/platform/database/database.js';
import { Problem } from '../../src/platform/errors/problem.js';
import type { Reply, Request } from '../../src/platform/http/request-context.js';
import { Metrics } from '../../src/platform/telemetry/metrics.js';
import { RecoveryPauseGuard } from '../../src/recovery-pause/recovery-pause.guard.js';
import { FlowEntryService } from '../../src/recovery-request/flow-entry.service.js';
import { LandingViews } from '../../src/recovery-request/landing-view.js';
import { SelfServiceStart } from '../../src/recovery-request/self-service.service.js';
import { FlowPageFacts } from './flow-page-facts.js';
import { textField } from './form-input.js';
import { PageFrames } from './page-frames.js';
import { PageProblemFilter } from './page-problem.filter.js';
import type { ViewOf } from '../templates/page-view.js';

const MAX_LOGIN_LENGTH = 255;

/** Pages before there is a session. Every GET is harmless, however often it is fetched (T20). */
@Controller()
@UseFilters(PageProblemFilter)
export class EntryPagesController {
  constructor(
    private readonly frames: PageFrames,
    private readonly database: Database,
    private readonly entry: FlowEntryService,
    private readonly landings: LandingViews,
    private readonly selfService: SelfServiceStart,
    private readonly repudiation: Repudiation,
    private readonly confirmation: NoticeConfirmation,
    private readonly notices: NoticeReader,
    private readonly facts: FlowPageFacts,
    private readonly metrics: Metrics,
  ) {}

  @Get('r/:linkToken')
  async landing(@Param('linkToken') linkToken: string, @Req() request: Request, @Res() reply: Reply): Promise<void> {
    const landing = await this.database.read((tx) => this.landings.of(tx, linkToken));
    if (!landing) return this.frames.send({ screen: 'link-dead' }, { request, reply, status: 410 });
    if (request.method === 'GET') countBrowser(this.metrics, 'link_opened', request.headers);
    const { reference, copy, ...view } = landing;
    const app = inAppBrowser(request.headers['user-agent']);
    const page = app
      ? ({ screen: 'in-app-browser', ...app, pageUrl: `${this.frames.publicUrl}/r/${linkToken}` } as const)
      : ({ screen: 'landing', linkToken, ...view } as const);
    return this.frames.send(page, { request, reply, reference, copy });
  }

  @Post('flow/start')
  @UseGuards(SameOriginGuard, RecoveryPauseGuard)
  async start(@Req() request: Request, @Res() reply: Reply): Promise<void> {
    const linkToken = textField(request, 'linkToken');
    // The page offers no start there; a form that was sent all the same uses nothing up.
    if (inAppBrowser(request.headers['user-agent'])) return this.landing(linkToken, request, reply);
    await this.entry.start(linkToken, { request, reply });
    await reply.redirect('/flow', 303);
  }

  @Post('flow/not-me')
  @UseGuards(SameOriginGuard)
  async notMe(@Req() request: Request, @Res() reply: Reply): Promise<void> {
    const { id, reference } = await this.entry.repudiate(textField(request, 'linkToken'));
    const copy = await this.facts.copyOf(id);
    await this.frames.send({ screen: 'not-me-reported', outcome: 'stopped' }, { request, reply, reference, copy });
  }

  /** Where forms lead to. A reload, or another language, of what they answered shows where the person is now. */
  @Get(['flow/start', 'flow/not-me', 'flow/verification', 'flow/submit', 'flow/stop'])
  async answered(@Req() request: Request, @Res() reply: Reply): Promise<void> {
    const query = request.url.split('?')[1];
    await reply.redirect(query === undefined ? '/flow' : `/flow?${query}`, 303);
  }

  @Get()
  async home(@Res() reply: Reply): Promise<void> {
    await reply.redirect('/recover', 302);
  }

  @Get('recover')
  @UseGuards(RecoveryPauseGuard)
  async recover(@Req() request: Request, @Res() reply: Reply): Promise<void> {
    await this.frames.send({ screen: 'recover' }, { request, reply });
  }

  @Post('recover')
  @UseGuards(SameOriginGuard, RecoveryPauseGuard)
  async accept(@Req() request: Request, @Res() reply: Reply): Promise<void> {
    const login = textField(request, 'login').trim();
    if (login === '' || login.length > MAX_LOGIN_LENGTH)
      return this.frames.send({ screen: 'recover', error: 'login_missing' }, { request, reply, status: 400 });
    await this.selfService.accept(login, request.ip);
    return this.frames.send({ screen: 'recover-accepted' }, { request, reply, status: 202 });
  }

  /** The second address is where a form of the page leads to: a reload or another language shows the page again. */
  @Get(['notices/:noticeToken', 'notices/:noticeToken/confirm'])
  async noticeReader(
    @Param('noticeToken') noticeToken: string,
    @Req() request: Request,
    @Res() reply: Reply,
  ): Promise<void> {
    const notice = await this.notice(noticeToken);
    const page = questionPage(noticeToken, notice) ?? {
      screen: 'notice-reader' as const,
      noticeToken,
      event: notice.event,
      at: notice.at,
    };
    const copy = await this.facts.copyOf(notice.caseId);
    await this.frames.send(page, { request, reply, reference: notice.reference, copy });
  }

  @Post('notices/:noticeToken')
  @UseGuards(SameOriginGuard)
  async repudiate(
    @Param('noticeToken') noticeToken: string,
    @Req() request: Request,
    @Res() reply: Reply,
  ): Promise<void> {
    const { outcome, notice } = await this.repudiation.repudiate(noticeToken);
    const copy = await this.facts.copyOf(notice.caseId);
    const { reference } = notice;
    await this.frames.send({ screen: 'not-me-reported', outcome }, { request, reply, reference, copy });
  }

  @Post('notices/:noticeToken/confirm')
  @UseGuards(SameOriginGuard)
  async confirm(
    @Param('noticeToken') noticeToken: string,
    @Req() request: Request,
    @Res() reply: Reply,
  ): Promise<void> {
    const number = textField(request, 'number').trim();
    if (!ConfirmationNumber.safeParse(number).success)
      return this.askAgain(noticeToken, { request, reply, error: { code: 'number_missing' } });
    const outcome = await this.confirmation.confirm(noticeToken, number);
    if (outcome.kind === 'not_awaited') throw new Problem('wrong_state');
    if (outcome.kind === 'not_matching') {
      const error = { code: 'number_wrong', triesLeft: outcome.triesLeft } as const;
      return this.askAgain(noticeToken, { request, reply, error });
    }
    const screen = outcome.kind === 'confirmed' ? 'device-confirmed' : 'device-refused';
    return this.frames.send({ screen }, { request, reply });
  }

  private async askAgain(
    noticeToken: string,
    place: { request: Request; reply: Reply; error: ViewOf<'confirm-device'>['error'] },
  ): Promise<void> {
    const notice = await this.notice(noticeToken);
    const page = questionPage(noticeToken, notice);
    if (!page) throw new Problem('wrong_state');
    const { request, reply, error } = place;
    return this.frames.send({ ...page, error }, { request, reply, reference: notice.reference, status: 400 });
  }

  /** @throws Problem not_found */
  private async notice(noticeToken: string): Promise<ReadNotice> {
    const notice = await this.database.read((tx) => this.notices.read(tx, noticeToken));
    if (!notice) throw new Problem('not_found');
    return notice;
  }
}

/** The page of a question that can still be answered. */
function questionPage(noticeToken: string, { at, question }: ReadNotice): ViewOf<'confirm-device'> | undefined {
  return question && { screen: 'confirm-device', noticeToken, at, ...question };
}
