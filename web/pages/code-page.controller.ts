import { Controller, Get, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import { FlowGuard, flowOf } from '../../src/flow-session/flow.guard.js';
import { FlowSessions } from '../../src/flow-session/flow-sessions.js';
import { FlowViews } from '../../src/flow-view/flow-views.js';
import { Problem } from '../../src/platform/errors/problem.js';
import type { Reply, Request } from '../../src/platform/http/request-context.js';
import { canonicalCode } from '../../src/recovery-codes/code-text.js';
import { FlowCodes } from '../../src/recovery-codes/flow-codes.js';
import { ADDRESSES } from '../templates/addresses.js';
import { codeError } from './code-error.js';
import { textField } from './form-input.js';
import { FlowPageFacts } from './flow-page-facts.js';
import { PageFrames } from './page-frames.js';
import { PageProblemFilter } from './page-problem.filter.js';
import { pageOfFlow, type StepFacts } from './step-page.js';

/** The page for recovery codes, as forms. What was typed is never shown again. */
@Controller('flow/codes')
@UseGuards(FlowGuard)
@UseFilters(PageProblemFilter)
export class CodePageController {
  constructor(
    private readonly frames: PageFrames,
    private readonly views: FlowViews,
    private readonly facts: FlowPageFacts,
    private readonly sessions: FlowSessions,
    private readonly codes: FlowCodes,
  ) {}

  @Get()
  async page(@Req() request: Request, @Res() reply: Reply): Promise<void> {
    const { sent } = request.query as { sent?: unknown };
    await this.show({ request, reply }, { codeRequested: sent === '1' });
  }

  @Post()
  async give(@Req() request: Request, @Res() reply: Reply): Promise<void> {
    this.assertToken(request);
    const text = textField(request, 'code');
    if (text.trim() === '') return this.show({ request, reply }, { codeError: 'missing' });
    // Eight digits were sent; anything else can only have been saved.
    const method = canonicalCode('issued', text) === undefined ? 'saved' : 'issued';
    try {
      await this.codes.give({ caseId: flowOf(request).caseId, request, reply }, { method, text });
    } catch (error) {
      return this.show({ request, reply }, { codeError: codeError(error) });
    }
    await reply.redirect(ADDRESSES.flow, 303);
  }

  @Post('send')
  async send(@Req() request: Request, @Res() reply: Reply): Promise<void> {
    this.assertToken(request);
    try {
      await this.codes.send({ caseId: flowOf(request).caseId, request, reply });
    } catch (error) {
      return this.show({ request, reply }, { codeError: codeError(error) });
    }
    await reply.redirect(`${ADDRESSES.codes}?sent=1`, 303);
  }

  private async show(place: { request: Request; reply: Reply }, wanted: Partial<StepFacts>): Promise<void> {
    const flow = flowOf(place.request);
    const view = await this.views.of(flow, place.request);
    const page = pageOfFlow(view, { ...(await this.facts.of(flow.caseId)), wantsCodes: true, ...wanted });
    const status = wanted.codeError === undefined ? 200 : 400;
    await this.frames.send(page, { ...place, flow, reference: view.case.reference, callCode: view.callCode, status });
  }

  private assertToken(request: Request): void {
    if (!this.sessions.csrfTokenMatches(flowOf(request).sessionId, textField(request, '_csrf')))
      throw new Problem('csrf_token_invalid');
  }
}
