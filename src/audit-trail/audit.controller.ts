import { Controller, Get, Res, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import { Database } from '../platform/database/database.js';
import { answeredPage, pageOf, pageQuery } from '../platform/http/lists.js';
import { Operation } from '../platform/http/operation.js';
import type { Reply } from '../platform/http/request-context.js';
import { ValidQuery } from '../platform/http/valid-input.js';
import { RequireScopes, StaffGuard } from '../staff-access/staff-access.guard.js';
import { listAuditEvents } from './audit-event-list.js';
import { AuditEvent } from './audit-event-view.js';
import { AuditFilter } from './audit-filter.js';
import { EXPORT_FORMATS, exportRows } from './export.js';
import { MOST_ROWS_OF_A_REQUEST, RequestedVerification } from './requested-verification.js';
import type { AuditVerification } from './verification.js';

const AuditPage = pageOf(AuditEvent).meta({ id: 'AuditPage' });
const AuditQuery = z.strictObject({ ...pageQuery('audit-events').shape, ...AuditFilter.shape });
const ExportQuery = z.strictObject({
  format: z.enum(EXPORT_FORMATS).default('jsonl').describe('JSON lines, or ArcSight’s Common Event Format.'),
  ...AuditFilter.shape,
});
const Verification = z
  .object({
    intact: z.boolean().describe('Whether every row, chain and checkpoint holds.'),
    rows: z.number().int(),
    chains: z.number().int(),
    checkpoints: z.number().int(),
    macsAfterCheckpoint: z.number().int().nullable(),
    rowsWithoutMac: z.number().int(),
    firstFault: z
      .object({ kind: z.string(), chainId: z.string(), seq: z.number().int(), eventId: z.string().optional() })
      .nullable()
      .describe('The first bad row; null when all hold.'),
  })
  .meta({ id: 'AuditVerification' });
const STAFF = ['unauthenticated', 'insufficient_scope'] as const;

/** Answers the calls that search, export and verify the audit trail. */
@Controller('/v1/audit-events')
@UseGuards(StaffGuard)
export class AuditController {
  constructor(
    private readonly database: Database,
    private readonly trail: RequestedVerification,
  ) {}

  @Get()
  @RequireScopes('audit:read')
  @Operation({
    summary: 'The audit trail, newest first; a page may be shorter than asked for while there is an older one.',
    tag: 'Audit',
    audience: 'staff',
    query: AuditQuery,
    response: AuditPage,
    problems: STAFF,
  })
  async list(@ValidQuery(AuditQuery) query: z.infer<typeof AuditQuery>): Promise<z.infer<typeof AuditPage>> {
    return answeredPage('audit-events', await this.database.read((tx) => listAuditEvents(tx, query)));
  }

  @Get('export')
  @RequireScopes('audit:read')
  @Operation({
    summary: 'The whole trail, or what a filter leaves of it, as JSON lines or CEF.',
    tag: 'Audit',
    audience: 'staff',
    query: ExportQuery,
    response: z.string(),
    responseType: 'text/plain',
    problems: STAFF,
  })
  async export(@ValidQuery(ExportQuery) query: z.infer<typeof ExportQuery>, @Res() reply: Reply): Promise<void> {
    const { format, ...filter } = query;
    await reply
      .header('content-disposition', `attachment; filename="audit.${format}"`)
      .type('text/plain; charset=utf-8')
      .send(exportRows(this.database, format, filter));
  }

  @Get('verification')
  @RequireScopes('audit:read')
  @Operation({
    summary: `Verify every chain and checkpoint; names the first bad row. For at most ${MOST_ROWS_OF_A_REQUEST} rows; longer trails are verified by the command “regain audit verify”.`,
    tag: 'Audit',
    audience: 'staff',
    response: Verification,
    problems: [...STAFF, 'audit_trail_too_long'],
  })
  async verification(): Promise<AuditVerification> {
    return this.trail.verify();
  }
}
