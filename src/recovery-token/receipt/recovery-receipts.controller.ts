import { Controller, Get, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import { Database } from '../../platform/database/database.js';
import { Operation } from '../../platform/http/operation.js';
import { IdParam } from '../../platform/http/valid-input.js';
import { RequireScopes, StaffGuard } from '../../staff-access/staff-access.guard.js';
import { RecoveryReceipts } from './recovery-receipts.js';

const ReceiptView = z
  .object({
    receipt: z
      .string()
      .describe('Compact JWS with `verified_claims`; with `account_recovery` where two codes stood in for a document.'),
  })
  .meta({ id: 'RecoveryReceiptView' });

/** Hands out the signed statement of what a completed recovery rests on. */
@Controller('/v1/recovery-cases')
@UseGuards(StaffGuard)
export class RecoveryReceiptsController {
  constructor(
    private readonly database: Database,
    private readonly receipts: RecoveryReceipts,
  ) {}

  @Get(':id/receipt')
  @RequireScopes('audit:read')
  @Operation({
    summary: 'What a completed recovery rests on and what may be claimed of it, signed.',
    tag: 'Audit',
    audience: 'staff',
    response: ReceiptView,
    problems: ['unauthenticated', 'insufficient_scope', 'not_found', 'wrong_state'],
  })
  async one(@IdParam('id') caseId: string): Promise<z.infer<typeof ReceiptView>> {
    return { receipt: await this.database.read((tx) => this.receipts.of(tx, caseId)) };
  }
}
