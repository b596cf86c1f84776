import { Controller, Get, Res, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { Database } from '../platform/database/database.js';
import type { Transaction } from '../platform/database/transaction.js';
import { Operation } from '../platform/http/operation.js';
import type { Reply } from '../platform/http/request-context.js';
import { pageOf, PageQuery, ValidQuery } from '../platform/http/valid-input.js';
import { RequireScopes, StaffGuard } from '../staff-access/staff-access.guard.js';
import { AuditEvent, auditEventOf, type AuditEventRow } from './audit-event-view.js';
import { exportRows } from './export.js';
import { AuditVerifier, type AuditVerification } from './verification.js';

const AuditPage = pageOf(AuditEvent);
const AuditQuery = z.strictObject({
  ...PageQuery.shape,
  type: z
    .string()
    .regex(/^[a-z_.]{1,60}$/)
    .optional(),
  chainId: z
    .string()
    .regex(/^[A-Za-z0-9:_-]{1,80}$/)
    .optional(),
});
const ExportQuery = z.strictObject({ format: z.enum(['jsonl', 'cef']).default('jsonl') });
const Verification = z.object({
  intact: z.boolean(),
  rows: z.number().int(),
  chains: z.number().int(),
  checkpoints: z.number().int(),
  macsAfterCheckpoint: z.number().int().nullable(),
  rowsWithoutMac: z.number().int(),
  firstFault: z
    .object({ kind: z.string(), chainId: z.string(), seq: z.number().int(), eventId: z.string().optional() })
    .nullable(),
});
const STAFF = ['unauthenticated', 'insufficient_scope'] as const;

@Controller('/v1/audit-events')
@UseGuards(StaffGuard)
export class AuditController {
  readonly #verifier: AuditVerifier;

  constructor(
    private readonly database: Database,
    ring: KeyRing,
  ) {
    this.#verifier = new AuditVerifier(database, ring);
  }

  @Get()
  @RequireScopes('audit:read')
  @Operation({
    summary: 'The audit trail, newest first.',
    tag: 'Audit',
    audience: 'staff',
    query: AuditQuery,
    response: AuditPage,
    problems: STAFF,
  })
  async list(@ValidQuery(AuditQuery) query: z.infer<typeof AuditQuery>): Promise<z.infer<typeof AuditPage>> {
    return this.database.read((tx) => listEvents(tx, query));
  }

  @Get('export')
  @RequireScopes('audit:read')
  @Operation({
    summary: 'The whole trail as JSON lines or CEF.',
    tag: 'Audit',
    audience: 'staff',
    query: ExportQuery,
    response: z.string(),
    responseType: 'text/plain',
    problems: STAFF,
  })
  async export(@ValidQuery(ExportQuery) query: z.infer<typeof ExportQuery>, @Res() reply: Reply): Promise<void> {
    await reply
      .header('content-disposition', `attachment; filename="audit.${query.format}"`)
      .type('text/plain; charset=utf-8')
      .send(exportRows(this.database, query.format));
  }

  @Get('verification')
  @RequireScopes('audit:read')
  @Operation({
    summary: 'Verify every chain and checkpoint; names the first bad row.',
    tag: 'Audit',
    audience: 'staff',
    response: Verification,
    problems: STAFF,
  })
  async verification(): Promise<AuditVerification> {
    return this.#verifier.verify();
  }
}

async function listEvents(
  tx: Transaction,
  query: z.infer<typeof AuditQuery>,
): Promise<{ data: AuditEvent[]; nextCursor: string | null }> {
  const { limit, cursor = null, type = null, chainId = null } = query;
  const rows = await tx.many<AuditEventRow>`
    SELECT * FROM audit_events WHERE id < COALESCE(${cursor}::text, 'z') AND (${type}::text IS NULL OR type = ${type}) AND (${chainId}::text IS NULL OR chain_id = ${chainId})
    ORDER BY id DESC LIMIT ${limit + 1}`;
  const data = rows.slice(0, limit).map(auditEventOf);
  return { data, nextCursor: rows.length > limit ? (data.at(-1)?.id ?? null) : null };
}
