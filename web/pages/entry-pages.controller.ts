import { Controller, Get, Param, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import { countBrowser } from '../../src/flow-session/browser-figures.js';
import { inAppBrowser } from '../../src/flow-session/in-app-browser.js';
import { SameOriginGuard } from '../../src/flow-session/same-origin.guard.js';
import { Database } from '../../src/platform/database/database.js';
import type { Reply, Request } from '../../src/platform/http/request-context.js';
import { Metrics } from '../../src/platform/telemetry/metrics.js';
import { RecoveryPauseGuard } from '../../src/recovery-pause/recovery-pause.guard.js';
import { FlowEntry } from '../../src/recovery-request/flow-entry.js';
import { LandingViews } from '../../src/recovery-request/landing-view.js';
import { SelfServiceStart } from '../../src/recovery-request/self-service-start.js';
import { FlowPageFacts } from './flow-page-facts.js';
import { textField } from './form-input.js';
import { PageFrames } from './page-frames.js';
import { PageProblemFilter } from './page-problem.filter.js';

const MAX_LOGIN_LENGTH = 255;

/** Pages before there is a session. Every GET is harmless, however often it is fetched (T20). */
@Controller()
@UseFilters(PageProblemFilter)
export class EntryPagesController {
  constructor(
    private readonly frames: PageFrames,
    private readonly database: Database,
    private readonly entry: FlowEntry,
    private readonly landings: LandingViews,
    private readonly selfService: SelfServiceStart,
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
      ? ({ screen: 'in-app-browser', linkToken, ...app, pageUrl: `${this.frames.publicUrl}/r/${linkToken}` } as const)
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
  @Get(['flow/start', 'flow/not-me', 'flow/submit', 'flow/stop'])
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
}
