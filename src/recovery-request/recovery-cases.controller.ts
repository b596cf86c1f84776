import { Controller, Get, Post, Req, UseGuards } from '@nestjs/common';
import type { z } from 'zod';
import { listChain } from '../audit-trail/audit-event-list.js';
import { Database } from '../platform/database/database.js';
import { answeredPage, answeredPageOf, placeInListOf } from '../platform/http/lists.js';
import { Operation } from '../platform/http/operation.js';
import type { Request } from '../platform/http/request-context.js';
import { IdParam, NoMembers, ValidBody, ValidQuery } from '../platform/http/valid-input.js';
import type { Kept } from '../platform/idempotency/answering.js';
import { PersonOnly, principalOf, RequireScopes, StaffGuard } from '../staff-access/staff-access.guard.js';
import {
  CallCodeBody,
  CancelBody,
  CaseListQuery,
  CasePage,
  CaseView,
  OpenCaseBody,
  OpenedCaseView,
  Timeline,
  TimelineQuery,
} from './case.schemas.js';
import { CallerHelp } from './caller-help.js';
import { CaseAuthorizations } from './case-authorizations.js';
import { CaseViews } from './case-view.js';
import { RecoveryCases } from './recovery-cases.js';

const STAFF = ['unauthenticated', 'insufficient_scope'] as const;

/** The help desk's calls: opens, reads and cancels cases, and takes a second person's yes. What they do is in the services. */
@Controller('/v1/recovery-cases')
@UseGuards(StaffGuard)
export class RecoveryCasesController {
  constructor(
    private readonly database: Database,
    private readonly service: RecoveryCases,
    private readonly help: CallerHelp,
    private readonly authorizations: CaseAuthorizations,
    private readonly views: CaseViews,
  ) {}

  @Post()
  @RequireScopes('cases:write')
  @Operation({
    summary: 'Open a recovery case for an account.',
    tag: 'Help desk',
    audience: 'staff',
    status: 201,
    body: OpenCaseBody,
    response: OpenedCaseView,
    idempotent: true,
    problems: [
      ...STAFF,
      'not_found',
      'subject_not_recoverable',
      'case_already_open',
      'separation_of_duties',
      'malformed_body',
      'recoveries_paused',
    ],
  })
  async open(@ValidBody(OpenCaseBody) body: OpenCaseBody, @Req() request: Request): Promise<Kept<OpenedCaseView>> {
    return this.service.open(body, principalOf(request), this.views.opened(request));
  }

  @Get()
  @RequireScopes('cases:read')
  @Operation({
    summary: 'List cases, newest first.',
    tag: 'Help desk',
    audience: 'staff',
    query: CaseListQuery,
    response: CasePage,
    problems: STAFF,
  })
  async list(@ValidQuery(CaseListQuery) query: CaseListQuery): Promise<z.infer<typeof CasePage>> {
    return answeredPage('cases', await this.database.read((tx) => this.views.list(tx, query)));
  }

  @Get(':id')
  @RequireScopes('cases:read')
  @Operation({
    summary: 'One case.',
    tag: 'Help desk',
    audience: 'staff',
    response: CaseView,
    problems: [...STAFF, 'not_found'],
  })
  async one(@IdParam('id') id: string): Promise<CaseView> {
    return this.database.read(async (tx) => this.views.of(tx, await this.service.require(tx, id)));
  }

  @Get(':id/timeline')
  @RequireScopes('cases:read')
  @Operation({
    summary: 'The case’s audit events, in order.',
    tag: 'Help desk',
    audience: 'staff',
    query: TimelineQuery,
    response: Timeline,
    problems: [...STAFF, 'not_found'],
  })
  async timeline(
    @IdParam('id') id: string,
    @ValidQuery(TimelineQuery) query: z.infer<typeof TimelineQuery>,
  ): Promise<z.infer<typeof Timeline>> {
    const cursor = placeInListOf(id, query.cursor);
    const page = await this.database.read(async (tx) => {
      await this.service.require(tx, id);
      return listChain(tx, id, { limit: query.limit, cursor });
    });
    return answeredPageOf('timeline', id, page);
  }

  @Post(':id/resend-link')
  @RequireScopes('cases:write')
  @Operation({
    summary: 'Send a new link; the old one stops working at once.',
    tag: 'Help desk',
    audience: 'staff',
    body: NoMembers,
    response: OpenedCaseView,
    idempotent: true,
    problems: [
      ...STAFF,
      'separation_of_duties',
      'not_found',
      'wrong_state',
      'subject_not_recoverable',
      'recoveries_paused',
    ],
  })
  async resendLink(
    @IdParam('id') id: string,
    @ValidBody(NoMembers) _body: unknown,
    @Req() request: Request,
  ): Promise<Kept<OpenedCaseView>> {
    return this.help.resendLink(id, principalOf(request), this.views.opened(request));
  }

  @Post(':id/call-code')
  @RequireScopes('cases:write')
  @Operation({
    summary: 'Bind the telephone call to the browser.',
    tag: 'Help desk',
    audience: 'staff',
    body: CallCodeBody,
    response: CaseView,
    idempotent: true,
    problems: [...STAFF, 'separation_of_duties', 'not_found', 'wrong_state'],
  })
  async callCode(
    @IdParam('id') id: string,
    @ValidBody(CallCodeBody) body: z.infer<typeof CallCodeBody>,
    @Req() request: Request,
  ): Promise<Kept<CaseView>> {
    const entry = { code: body.code, principal: principalOf(request) };
    return this.help.confirmCallCode(id, entry, this.views.changed(request));
  }

  @Post(':id/authorizations')
  @RequireScopes('cases:authorize')
  @PersonOnly()
  @Operation({
    summary:
      'A second person lets a privileged account’s flow start; it takes two where no named colleague opened it. A case that went on without takes them later.',
    tag: 'Help desk',
    audience: 'staff',
    body: NoMembers,
    status: 201,
    response: CaseView,
    idempotent: true,
    problems: [...STAFF, 'person_required', 'separation_of_duties', 'not_found', 'wrong_state'],
  })
  async authorize(
    @IdParam('id') id: string,
    @ValidBody(NoMembers) _body: unknown,
    @Req() request: Request,
  ): Promise<Kept<CaseView>> {
    return this.authorizations.authorize(id, principalOf(request), this.views.changed(request));
  }

  @Post(':id/cancel')
  @RequireScopes('cases:write')
  @Operation({
    summary: 'Stop a case.',
    tag: 'Help desk',
    audience: 'staff',
    body: CancelBody,
    response: CaseView,
    idempotent: true,
    problems: [...STAFF, 'not_found', 'wrong_state'],
  })
  async cancel(
    @IdParam('id') id: string,
    @ValidBody(CancelBody) body: z.infer<typeof CancelBody>,
    @Req() request: Request,
  ): Promise<Kept<CaseView>> {
    const entry = { reason: body.reason, principal: principalOf(request) };
    return this.service.cancel(id, entry, this.views.changed(request));
  }
}
