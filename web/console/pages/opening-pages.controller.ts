import { Controller, Get, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import { SubjectId } from '../../../src/directory/subject.schemas.js';
import { Problem } from '../../../src/platform/errors/problem.js';
import type { Reply, Request } from '../../../src/platform/http/request-context.js';
import { ZodPipe } from '../../../src/platform/http/valid-input.js';
import { newSecret } from '../../../src/platform/ids/ids.js';
import { OpenCaseBody } from '../../../src/recovery-request/case.schemas.js';
import { CaseViews } from '../../../src/recovery-request/case-view.js';
import { DeskAccounts } from '../../../src/recovery-request/desk-accounts.js';
import { RecoveryCases } from '../../../src/recovery-request/recovery-cases.js';
import { principalOf, RequireScopes } from '../../../src/staff-access/staff-access.guard.js';
import { ConsoleGuard } from '../../../src/staff-session/console.guard.js';
import { textField } from '../../pages/form-input.js';
import type { Exchange } from '../../pages/page-frames.js';
import { CONSOLE_ADDRESSES } from '../templates/console-addresses.js';
import type { RequestFault, RequestFields } from '../templates/index.js';
import { ConsoleFrames } from './console-frames.js';
import { ConsoleProblemFilter } from './console-problem.filter.js';
import { isLateRepetition, OnceForms } from './once-forms.js';
import { PersonSearch } from './person-search.js';

const OPENING = new ZodPipe(OpenCaseBody);
const FAULT_OF: Readonly<Record<string, RequestFault>> = {
  '/delivery/channel': 'channelMissing',
  '/reason': 'reasonMissing',
  '/ticketRef': 'ticketWrong',
};

/**
 * The page of a new case: who, how, why. What opens the case, and all that may stand in its way, is what
 * `POST /v1/recovery-cases` calls.
 */
@Controller('console/cases/new')
@UseGuards(ConsoleGuard)
@UseFilters(ConsoleProblemFilter)
export class OpeningPagesController {
  constructor(
    private readonly frames: ConsoleFrames,
    private readonly accounts: DeskAccounts,
    private readonly persons: PersonSearch,
    private readonly service: RecoveryCases,
    private readonly views: CaseViews,
    private readonly forms: OnceForms,
  ) {}

  /** The other addresses are where forms lead to: a reload, or another language, begins anew. */
  @Get(['', 'find', 'open'])
  @RequireScopes('cases:write')
  async page(@Req() request: Request, @Res() reply: Reply): Promise<void> {
    await this.frames.send({ screen: 'find-person' }, { request, reply });
  }

  @Post('find')
  @RequireScopes('cases:write')
  async find(@Req() request: Request, @Res() reply: Reply): Promise<void> {
    const who = textField(request, 'who').trim();
    if (who === '')
      return this.frames.send({ screen: 'find-person', fault: 'missing' }, { request, reply, status: 400 });
    const { people, hidden } = await this.persons.search(who);
    const [person, ...others] = people;
    if (!person) return this.frames.send({ screen: 'find-person', fault: hidden ?? 'nobody' }, { request, reply });
    if (others.length > 0 || hidden)
      return this.frames.send({ screen: 'find-person', people, hidden }, { request, reply });
    await this.show(person.id, { request, reply });
  }

  @Post('open')
  @RequireScopes('cases:write')
  async open(@Req() request: Request, @Res() reply: Reply): Promise<void> {
    const exchange = { request, reply };
    const subjectId = textField(request, 'subjectId');
    if (!SubjectId.safeParse(subjectId).success) throw new Problem('not_found');
    const given = fieldsOf(request);
    const opening = openingOf(subjectId, given);
    if ('faults' in opening) return this.show(subjectId, exchange, { given, faults: opening.faults });
    const { link, ...opened } = await this.forms.run(exchange, () =>
      this.service.open(opening.body, principalOf(request), this.views.opened(request)),
    );
    if (link !== undefined && !isLateRepetition(request))
      return this.frames.send({ screen: 'relayed-link', recoveryCase: opened, link }, { request, reply });
    await reply.redirect(`${CONSOLE_ADDRESSES.deskCase(opened.id)}?done=opened`, 303);
  }

  private async show(
    subjectId: string,
    exchange: Exchange,
    again?: { given: RequestFields; faults: readonly RequestFault[] },
  ): Promise<void> {
    const account = await this.accounts.one(subjectId, principalOf(exchange.request));
    await this.frames.send(
      { screen: 'new-request', account, formKey: newSecret(), ...again },
      { ...exchange, status: again ? 400 : 200 },
    );
  }
}

const fieldsOf = (request: Request): RequestFields => ({
  channel: textField(request, 'channel'),
  reason: textField(request, 'reason').trim(),
  ticketRef: textField(request, 'ticketRef').trim(),
});

/**
 * The form as the interface's body, checked by its schema; or what of it is to be written again.
 * @throws Problem invalid_request
 */
function openingOf(
  subjectId: string,
  { channel, reason, ticketRef }: RequestFields,
): { body: OpenCaseBody } | { faults: RequestFault[] } {
  const ticket = ticketRef === '' ? {} : { ticketRef };
  try {
    return { body: OPENING.transform({ subject: { id: subjectId }, delivery: { channel }, reason, ...ticket }) };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const faults = (error.options.errors ?? []).flatMap(({ pointer }) => FAULT_OF[pointer] ?? []);
    if (faults.length === 0) throw error;
    return { faults };
  }
}
