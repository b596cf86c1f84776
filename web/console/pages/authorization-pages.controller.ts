import { Controller, Get, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import type { Reply, Request } from '../../../src/platform/http/request-context.js';
import { cursorOf, pageQuery } from '../../../src/platform/http/lists.js';
import { IdParam, ZodPipe } from '../../../src/platform/http/valid-input.js';
import { CaseAuthorizations } from '../../../src/recovery-request/case-authorizations.js';
import { CaseViews } from '../../../src/recovery-request/case-view.js';
import { DeskCases } from '../../../src/recovery-request/desk-cases.js';
import { PersonOnly, principalOf, RequireScopes } from '../../../src/staff-access/staff-access.guard.js';
import { ConsoleGuard } from '../../../src/staff-session/console.guard.js';
import { CONSOLE_ADDRESSES } from '../templates/console-addresses.js';
import { ConsoleFrames } from './console-frames.js';
import { ConsoleProblemFilter } from './console-problem.filter.js';
import { filledIn } from './list-query.js';
import { OnceForms } from './once-forms.js';

const PAGE = new ZodPipe(pageQuery('authorizations'));

/** The page for the second person of a privileged account. Their yes lets a recovery start; it verifies nobody. */
@Controller('console')
@UseGuards(ConsoleGuard)
@UseFilters(ConsoleProblemFilter)
export class AuthorizationPagesController {
  constructor(
    private readonly frames: ConsoleFrames,
    private readonly desk: DeskCases,
    private readonly authorizations: CaseAuthorizations,
    private readonly views: CaseViews,
    private readonly forms: OnceForms,
  ) {}

  @Get('authorizations')
  @RequireScopes('cases:authorize')
  @PersonOnly()
  async list(@Req() request: Request, @Res() reply: Reply): Promise<void> {
    const given = filledIn(request.query, ['cursor']);
    const { data, next } = await this.desk.waitingFor(principalOf(request), PAGE.transform(given));
    await this.frames.send(
      {
        screen: 'authorizations',
        rows: data,
        isFirst: given.cursor === undefined,
        ...(next === null ? {} : { olderCursor: cursorOf('authorizations', next) }),
      },
      { request, reply, query: new URLSearchParams(given).toString() },
    );
  }

  @Post('cases/:caseId/authorization')
  @RequireScopes('cases:authorize')
  @PersonOnly()
  async authorize(@IdParam('caseId') caseId: string, @Req() request: Request, @Res() reply: Reply): Promise<void> {
    await this.forms.run({ request, reply }, () =>
      this.authorizations.authorize(caseId, principalOf(request), this.views.changed(request)),
    );
    await reply.redirect(`${CONSOLE_ADDRESSES.deskCase(caseId)}?done=yes_counted`, 303);
  }
}
