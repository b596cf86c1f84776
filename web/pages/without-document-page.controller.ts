import { Controller, Get, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import { FlowGuard, flowOf } from '../../src/flow-session/flow.guard.js';
import { FlowFormGuard } from '../../src/flow-session/flow-form.guard.js';
import type { Reply, Request } from '../../src/platform/http/request-context.js';
import { RecoveryPauseGuard } from '../../src/recovery-pause/recovery-pause.guard.js';
import { methodOf } from '../../src/recovery-codes/code-text.js';
import { FlowCodes } from '../../src/recovery-codes/flow-codes.js';
import { CodesSubmission } from '../../src/verification/flow/codes-submission.js';
import { ADDRESSES } from '../templates/addresses.js';
import { codeError, type CodeError } from './code-error.js';
import { attemptOf, textField } from './form-input.js';
import { FlowPages } from './flow-pages.js';
import type { Exchange } from './page-frames.js';
import { PageProblemFilter } from './page-problem.filter.js';
import type { PageFacts } from './step-page.js';

/** The way of somebody who has no document, as forms: the sent code, the saved code, and the request for a decision. */
@Controller('flow/without-document')
@UseGuards(FlowGuard, FlowFormGuard)
@UseFilters(PageProblemFilter)
export class WithoutDocumentPageController {
  constructor(
    private readonly pages: FlowPages,
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
      await this.codes.give({ caseId: flowOf(request).caseId, request, reply }, { method: methodOf(text), text });
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
      await this.submission.submit({ caseId: flowOf(request).caseId, request, reply, ...attemptOf(request) });
      return undefined;
    });
  }

  /** Does what a form asks for and leads on, or says on the same page what is wrong with it. */
  private async answer(exchange: Exchange, next: string, work: () => Promise<CodeError | undefined>): Promise<void> {
    const error = await work().catch(codeError);
    if (error) return this.show(exchange, { codeError: error });
    await exchange.reply.redirect(next, 303);
  }

  private async show(exchange: Exchange, wanted: Partial<PageFacts>): Promise<void> {
    await this.pages.show(exchange, { asked: 'without_document', ...wanted });
  }
}
