import { Controller, Get, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import { Problem } from '../../../src/platform/errors/problem.js';
import { cursorOf } from '../../../src/platform/http/lists.js';
import type { Reply, Request } from '../../../src/platform/http/request-context.js';
import { IdParam, ZodPipe } from '../../../src/platform/http/valid-input.js';
import { CallerHelp } from '../../../src/recovery-request/caller-help.js';
import { CallCodeBody, CancelBody, CaseListQuery } from '../../../src/recovery-request/case.schemas.js';
import { CaseViews } from '../../../src/recovery-request/case-view.js';
import { DeskCases } from '../../../src/recovery-request/desk-cases.js';
import { RecoveryCases } from '../../../src/recovery-request/recovery-cases.js';
import { principalOf, RequireScopes } from '../../../src/staff-access/staff-access.guard.js';
import { ConsoleGuard } from '../../../src/staff-session/console.guard.js';
import { textField } from '../../pages/form-input.js';
import { CONSOLE_ADDRESSES } from '../templates/console-addresses.js';
import type { CaseNotice } from '../templates/index.js';
import { CasePages } from './case-pages.js';
import { ConsoleFrames } from './console-frames.js';
import { ConsoleProblemFilter } from './console-problem.filter.js';
import { filledIn } from './list-query.js';
import { isLateRepetition, OnceForms } from './once-forms.js';

const LIST_QUERY = new ZodPipe(CaseListQuery);
const CANCEL = new ZodPipe(CancelBody);

/** The pages of an agent's cases. Every rule is with the services that the interface calls, too. */
@Controller('console/cases')
@UseGuards(ConsoleGuard)
@UseFilters(ConsoleProblemFilter)
export class CasePagesController {
  constructor(
    private readonly frames: ConsoleFrames,
    private readonly pages: CasePages,
    private readonly desk: DeskCases,
    private readonly service: RecoveryCases,
    private readonly help: CallerHelp,
    private readonly views: CaseViews,
    private readonly forms: OnceForms,
  ) {}

  @Get()
  @RequireScopes('cases:read')
  async list(@Req() request: Request, @Res() reply: Reply): Promise<void> {
    const given = filledIn(request.query, ['cursor', 'state', 'openedBy', 'ticketRef']);
    const question = LIST_QUERY.transform(given);
    const { cursor, limit: _limit, ...filter } = question;
    const { data, next } = await this.desk.list(question);
    await this.frames.send(
      {
        screen: 'cases',
        rows: data,
        filter,
        self: principalOf(request).id,
        isFirst: cursor === undefined,
        ...(next === null ? {} : { olderCursor: cursorOf('cases', next) }),
      },
      { request, reply, query: new URLSearchParams(given).toString() },
    );
  }

  /** The other addresses are where forms of the page lead to. A link is never shown again. */
  @Get([':caseId', ':caseId/link', ':caseId/call-code', ':caseId/cancel', ':caseId/authorization'])
  @RequireScopes('cases:read')
  async one(@IdParam('caseId') caseId: string, @Req() request: Request, @Res() reply: Reply): Promise<void> {
    await this.pages.show(caseId, { request, reply });
  }

  @Post(':caseId/link')
  @RequireScopes('cases:write')
  async newLink(@IdParam('caseId') caseId: string, @Req() request: Request, @Res() reply: Reply): Promise<void> {
    const { link, ...recoveryCase } = await this.forms.run({ request, reply }, () =>
      this.help.resendLink(caseId, principalOf(request), this.views.opened(request)),
    );
    if (link === undefined) return backTo(caseId, reply, 'link_sent');
    if (isLateRepetition(request)) return backTo(caseId, reply);
    await this.frames.send({ screen: 'relayed-link', recoveryCase, link }, { request, reply });
  }

  @Post(':caseId/call-code')
  @RequireScopes('cases:write')
  async callCode(@IdParam('caseId') caseId: string, @Req() request: Request, @Res() reply: Reply): Promise<void> {
    const exchange = { request, reply };
    const entry = CallCodeBody.safeParse({ code: textField(request, 'code').trim() });
    if (!entry.success) return this.pages.show(caseId, exchange, { fault: 'codeMissing' });
    try {
      const given = { code: entry.data.code, principal: principalOf(request) };
      await this.forms.run(exchange, () => this.help.confirmCallCode(caseId, given, this.views.changed(request)));
    } catch (error) {
      if (!isWrongCode(error)) throw error;
      return this.pages.show(caseId, exchange, { fault: 'codeWrong' });
    }
    await backTo(caseId, reply, 'code_confirmed');
  }

  @Post(':caseId/cancel')
  @RequireScopes('cases:write')
  async cancel(@IdParam('caseId') caseId: string, @Req() request: Request, @Res() reply: Reply): Promise<void> {
    const given = textField(request, 'reason').trim();
    if (!CancelBody.safeParse({ reason: given }).success)
      return this.pages.show(caseId, { request, reply }, { fault: 'cancelMissing', given });
    const { reason } = CANCEL.transform({ reason: given });
    const entry = { reason, principal: principalOf(request) };
    await this.forms.run({ request, reply }, () => this.service.cancel(caseId, entry, this.views.changed(request)));
    await backTo(caseId, reply, 'stopped');
  }
}

const backTo = async (caseId: string, reply: Reply, done?: CaseNotice): Promise<void> => {
  await reply.redirect(`${CONSOLE_ADDRESSES.deskCase(caseId)}${done ? `?done=${done}` : ''}`, 303);
};

const isWrongCode = (error: unknown): boolean =>
  error instanceof Problem && (error.options.errors ?? []).some(({ code }) => code === 'not_matching');
