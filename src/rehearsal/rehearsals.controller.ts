import { Controller, Get, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { z } from 'zod';
import { Database } from '../platform/database/database.js';
import type { ProblemCode } from '../platform/errors/problem-catalogue.js';
import { answeredPageOf, cutPage, pageQuery, placeInListOf, type PageQuery } from '../platform/http/lists.js';
import { Operation } from '../platform/http/operation.js';
import type { Reply, Request } from '../platform/http/request-context.js';
import { IdParam, NoMembers, ValidBody, ValidQuery } from '../platform/http/valid-input.js';
import { keepAnswer, type Kept } from '../platform/idempotency/answering.js';
import { principalOf, RequireScopes, StaffGuard } from '../staff-access/staff-access.guard.js';
import {
  RehearsalPage,
  RehearsalReportView,
  ReportQuery,
  rehearsalView,
  RehearsalView,
  reportView,
} from './rehearsal.schemas.js';
import { Rehearsals } from './rehearsals.js';
import { findingsCsv } from './report/findings-csv.js';
import { rehearsalPage } from './report/rehearsal-page.js';
import { readReport } from './report/rehearsal-report.js';
import { sendPage } from './report/send-page.js';

const RehearsalQuery = pageQuery('rehearsals');
const STAFF: readonly ProblemCode[] = ['unauthenticated', 'insufficient_scope', 'not_found'];

/** Rehearsals of a profile. They say which accounts would fail and why, so they are for those who keep profiles. */
@Controller('/v1')
@UseGuards(StaffGuard)
export class RehearsalsController {
  constructor(
    private readonly database: Database,
    private readonly rehearsals: Rehearsals,
  ) {}

  @Post('policies/:id/rehearsals')
  @RequireScopes('policies:write')
  @Operation({
    summary: 'Run the matcher over the whole directory under this profile. It sends no mail and decides nothing.',
    tag: 'Policies',
    audience: 'staff',
    status: 201,
    body: NoMembers,
    response: RehearsalView,
    problems: [...STAFF],
    idempotent: true,
  })
  async start(
    @IdParam('id') policyId: string,
    @ValidBody(NoMembers) _body: z.infer<typeof NoMembers>,
    @Req() request: Request,
  ): Promise<Kept<RehearsalView>> {
    const actor = principalOf(request);
    return this.database.transaction(async (tx) =>
      keepAnswer(request, tx, rehearsalView(await this.rehearsals.start(tx, { policyId, actor }))),
    );
  }

  @Get('policies/:id/rehearsals')
  @RequireScopes('policies:read')
  @Operation({
    summary: 'The latest rehearsals of a profile, newest first.',
    tag: 'Policies',
    audience: 'staff',
    query: RehearsalQuery,
    response: RehearsalPage,
    problems: STAFF,
  })
  async list(
    @IdParam('id') policyId: string,
    @ValidQuery(RehearsalQuery) query: PageQuery,
  ): Promise<z.infer<typeof RehearsalPage>> {
    const cursor = placeInListOf(policyId, query.cursor);
    const runs = await this.database.read((tx) => this.rehearsals.ofPolicy(tx, { ...query, policyId, cursor }));
    const { data, next } = cutPage(runs, query);
    return answeredPageOf('rehearsals', policyId, { data: data.map(rehearsalView), next });
  }

  @Get('rehearsals/:id')
  @RequireScopes('policies:read')
  @Operation({
    summary: 'How far a rehearsal is.',
    tag: 'Policies',
    audience: 'staff',
    response: RehearsalView,
    problems: STAFF,
  })
  async one(@IdParam('id') id: string): Promise<RehearsalView> {
    return rehearsalView(await this.database.read((tx) => this.rehearsals.require(tx, id)));
  }

  @Post('rehearsals/:id/cancel')
  @RequireScopes('policies:write')
  @Operation({
    summary: 'End a rehearsal where it stands; what it found so far stays.',
    tag: 'Policies',
    audience: 'staff',
    body: NoMembers,
    response: RehearsalView,
    repeated: '409 `wrong_state`, since it has ended.',
    problems: [...STAFF, 'wrong_state'],
  })
  async cancel(
    @IdParam('id') id: string,
    @ValidBody(NoMembers) _body: z.infer<typeof NoMembers>,
    @Req() request: Request,
  ): Promise<RehearsalView> {
    const actor = principalOf(request);
    return rehearsalView(await this.database.transaction((tx) => this.rehearsals.cancel(tx, { id, actor })));
  }

  @Get('rehearsals/:id/report')
  @RequireScopes('policies:read')
  @Operation({
    summary: 'What a rehearsal has found: as JSON, as CSV with a line per account and finding, or as a page.',
    tag: 'Policies',
    audience: 'staff',
    query: ReportQuery,
    response: RehearsalReportView,
    textTypes: ['text/csv', 'text/html'],
    problems: STAFF,
  })
  async report(
    @IdParam('id') id: string,
    @ValidQuery(ReportQuery) { format }: z.infer<typeof ReportQuery>,
    @Res() reply: Reply,
  ): Promise<void> {
    const rehearsal = await this.database.read((tx) => this.rehearsals.require(tx, id));
    if (format === 'csv') {
      await reply
        .header('content-disposition', 'attachment; filename="rehearsal.csv"')
        .type('text/csv; charset=utf-8')
        .send(findingsCsv(this.database, id));
      return;
    }
    const report = await this.database.read((tx) => readReport(tx, rehearsal));
    await (format === 'html' ? sendPage(reply, rehearsalPage(report)) : reply.send(reportView(report)));
  }
}
