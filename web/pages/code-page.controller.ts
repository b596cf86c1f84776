import { Controller, Get, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import { FlowGuard, flowOf } from '../../src/flow-session/flow.guard.js';
import { FlowFormGuard } from '../../src/flow-session/flow-form.guard.js';
import type { Reply, Request } from '../../src/platform/http/request-context.js';
import { methodOf } from '../../src/recovery-codes/code-text.js';
import { FlowCodes } from '../../src/recovery-codes/flow-codes.js';
import { ADDRESSES } from '../templates/addresses.js';
import { codeError } from './code-error.js';
import { textField } from './form-input.js';
import { FlowPages } from './flow-pages.js';
import type { Exchange } from './page-frames.js';
import { PageProblemFilter } from './page-problem.filter.js';
import type { PageFacts } from './step-page.js';

/** The page for recovery codes, as forms. What was typed is never shown again. */
@Controller('flow/codes')
@UseGuards(FlowGuard, FlowFormGuard)
@UseFilters(PageProblemFilter)
export class CodePageController {
  constructor(
    private readonly pages: FlowPages,
    private readonly codes: FlowCodes,
  ) {}

  @Get()
  async page(@Req() request: Request, @Res() reply: Reply): Promise<void> {
    const { sent } = request.query as { sent?: unknown };
    await this.show({ request, reply }, { codeRequested: sent === '1' });
  }

  @Post()
  async give(@Req() request: Request, @Res() reply: Reply): Promise<void> {
    const text = textField(request, 'code');
    if (text.trim() === '') return this.show({ request, reply }, { codeError: 'missing' });
    try {
      await this.codes.give({ caseId: flowOf(request).caseId, request, reply }, { method: methodOf(text), text });
    } catch (error) {
      return this.show({ request, reply }, { codeError: codeError(error) });
    }
    await reply.redirect(ADDRESSES.flow, 303);
  }

  @Post('send')
  async send(@Req() request: Request, @Res() reply: Reply): Promise<void> {
    try {
      await this.codes.send({ caseId: flowOf(request).caseId, request, reply });
    } catch (error) {
      return this.show({ request, reply }, { codeError: codeError(error) });
    }
    await reply.redirect(`${ADDRESSES.codes}?sent=1`, 303);
  }

  private async show(exchange: Exchange, wanted: Partial<PageFacts>): Promise<void> {
    await this.pages.show(exchange, { asked: 'codes', ...wanted });
  }
}
