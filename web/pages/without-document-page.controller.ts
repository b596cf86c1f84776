import { Controller, Get, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import { FlowGuard, flowOf } from '../../src/flow-session/flow.guard.js';
import { FlowSessions } from '../../src/flow-session/flow-sessions.js';
import { FlowViews } from '../../src/flow-view/flow-views.js';
import { Problem } from '../../src/platform/errors/problem.js';
import type { Reply, Request } from '../../src/platform/http/request-context.js';
import { RecoveryPauseGuard } from '../../src/recovery-pause/recovery-pause.guard.js';
import { canonicalCode } from '../../src/recovery-codes/code-text.js';
import { FlowCodes } from '../../src/recovery-codes/flow-codes.js';
import { CodesSubmission } from '../../src/verification/flow/codes-submission.js';
import { ADDRESSES } from '../templates/addresses.js';
import { codeError, type CodeError } from './code-error.js';
import { textField } from './form-input.js';
import { FlowPageFacts } from './flow-page-facts.js';
import { PageFrames } from './page-frames.js';
import { PageProblemFilter } from './page-problem.filter.js';
import { pageOfFlow, type StepFacts } from './step-page.js';

interface Place {
  request: Request;
  reply: Reply;
}

/** The way of somebody who has no document, as forms: the sent code, the saved code, and the request for a decision. */
@Controller('flow/without-document')
@UseGuards(FlowGuard)
@UseFilters(PageProblemFilter)
export class WithoutDocumentPageController {
  constructor(
    private readonly frames: PageFrames,
    private readonly views: FlowViews,
    private readonly facts: FlowPageFacts,
    private readonly sessions: FlowSessions,
    private readonly codes: FlowCodes,
    private readonly submission: CodesSubmission,
  ) {}

  @Get()
  @UseGuards(RecoveryPauseGuard)
  async page(@Req() request: Request, @Res() reply: Reply): Promise<void> {
    const { sent } = request.query as { sent?: unknown };
    await this.show({ request, reply }, { codeRequested: sent === '1' });
  }

  @Post('code')
  async give(@Req() request: Request, @Res() reply: Reply): Promise<void> {
    const text = textField(request, 'code');
    await this.answer({ request, reply }, ADDRESSES.withoutDocument, async () => {
      if (text.trim() === '') return 'missing';
      // Eight digits were sent; anything else can only have been saved.
      const method = canonicalCode('issued', text) === undefined ? 'saved' : 'issued';
      await this.codes.give({ caseId: flowOf(request).caseId, request, reply }, { method, text });
      return undefined;
    });
  }

  @Post('send')
  async send(@Req() request: Request, @Res() reply: Reply): Promise<void> {
    await this.answer({ request, reply }, `${ADDRESSES.withoutDocument}?sent=1`, async () => {
      await this.codes.send({ caseId: flowOf(request).caseId, request, reply });
      return undefined;
    });
  }

  @Post('submit')
  async submit(@Req() request: Request, @Res() reply: Reply): Promise<void> {
    await this.answer({ request, reply }, ADDRESSES.flow, async () => {
      await this.submission.submit({ caseId: flowOf(request).caseId, request });
      return undefined;
    });
  }

  /** Does what a form asks for and leads on, or says on the same page what is wrong with it. */
  private async answer(place: Place, next: string, work: () => Promise<CodeError | undefined>): Promise<void> {
    const { request, reply } = place;
    if (!this.sessions.csrfTokenMatches(flowOf(request).sessionId, textField(request, '_csrf')))
      throw new Problem('csrf_token_invalid');
    const error = await work().catch(codeError);
    if (error) return this.show(place, { codeError: error });
    await reply.redirect(next, 303);
  }

  private async show(place: Place, wanted: Partial<StepFacts>): Promise<void> {
    const flow = flowOf(place.request);
    const view = await this.views.of(flow, place.request);
    const facts = { ...(await this.facts.of(flow.caseId)), wantsNoDocument: true, ...wanted };
    const frame = { flow, reference: view.case.reference, callCode: view.callCode, copy: facts.copy };
    const status = wanted.codeError === undefined ? 200 : 400;
    await this.frames.send(pageOfFlow(view, facts), { ...place, ...frame, status });
  }
}
