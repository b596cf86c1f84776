import { Controller, Get, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import { listAuditEvents } from '../../../src/audit-trail/audit-event-list.js';
import { actorOfEvent } from '../../../src/audit-trail/audit-filter.js';
import { EXPORT_FORMATS, exportRows } from '../../../src/audit-trail/export.js';
import { RequestedVerification } from '../../../src/audit-trail/requested-verification.js';
import type { AuditVerification } from '../../../src/audit-trail/verification.js';
import { Database } from '../../../src/platform/database/database.js';
import { Problem } from '../../../src/platform/errors/problem.js';
import { cursorOf } from '../../../src/platform/http/lists.js';
import type { Reply, Request } from '../../../src/platform/http/request-context.js';
import { PersonOnly, RequireScopes } from '../../../src/staff-access/staff-access.guard.js';
import { ConsoleGuard } from '../../../src/staff-session/console.guard.js';
import { askedOf } from './audit-query.js';
import { ConsoleFrames } from './console-frames.js';
import { ConsoleProblemFilter } from './console-problem.filter.js';

const ROWS_SHOWN = 50;

/**
 * The auditors’ page: the trail for auditors, and for nobody else. It reads what the interface's calls read, and
 * changes nothing.
 */
@Controller('console/audit')
@UseGuards(ConsoleGuard)
@UseFilters(ConsoleProblemFilter)
export class AuditPagesController {
  constructor(
    private readonly frames: ConsoleFrames,
    private readonly database: Database,
    private readonly trail: RequestedVerification,
  ) {}

  /** The other address is where the page's form leads to: a reload, or another language, verifies nothing again. */
  @Get(['', 'verification'])
  @RequireScopes('audit:console')
  @PersonOnly()
  async page(@Req() request: Request, @Res() reply: Reply): Promise<void> {
    await this.show(request, reply);
  }

  /** A form and no link: reading the whole trail costs something, and only our own page asks for it. */
  @Post('verification')
  @RequireScopes('audit:console')
  @PersonOnly()
  async verify(@Req() request: Request, @Res() reply: Reply): Promise<void> {
    const verified = await this.trail.verify().catch((error: unknown) => {
      if (error instanceof Problem && error.code === 'audit_trail_too_long') return 'too_long' as const;
      throw error;
    });
    await this.show(request, reply, verified);
  }

  /** @throws Problem invalid_request */
  @Get('export')
  @RequireScopes('audit:console')
  @PersonOnly()
  async export(@Req() request: Request, @Res() reply: Reply): Promise<void> {
    const { format: wanted, ...query } = request.query as Record<string, unknown>;
    const format = EXPORT_FORMATS.find((known) => known === wanted);
    const { filter, wrong } = askedOf(query);
    if (!format || wrong.length > 0) throw new Problem('invalid_request');
    await reply
      .header('content-disposition', `attachment; filename="audit.${format}"`)
      .header('cache-control', 'no-store')
      .type('text/plain; charset=utf-8')
      .send(exportRows(this.database, format, filter));
  }

  private async show(request: Request, reply: Reply, verified?: AuditVerification | 'too_long'): Promise<void> {
    const { fields, filter, place, wrong } = askedOf(request.query as Record<string, unknown>);
    const { actorOf } = filter;
    const [{ data, next }, actor] = await this.database.read(async (tx) => [
      wrong.length > 0
        ? { data: [], next: null }
        : await listAuditEvents(tx, {
            ...filter,
            limit: ROWS_SHOWN,
            ...(place === undefined ? {} : { cursor: place }),
          }),
      actorOf === undefined ? undefined : await actorOfEvent(tx, actorOf),
    ]);
    await this.frames.send(
      {
        screen: 'audit',
        rows: data,
        fields,
        wrong,
        ...(actor ? { actor } : {}),
        ...(next === null ? {} : { olderCursor: cursorOf('audit-events', next) }),
        ...(verified ? { verified } : {}),
      },
      {
        request,
        reply,
        status: wrong.length > 0 ? 400 : 200,
        query: new URLSearchParams(fields).toString(),
      },
    );
  }
}
