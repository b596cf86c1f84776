import { Controller, Get, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import { Database } from '../platform/database/database.js';
import { Problem } from '../platform/errors/problem.js';
import { Operation } from '../platform/http/operation.js';
import { IdParam } from '../platform/http/valid-input.js';
import { RequireScopes, StaffGuard } from '../staff-access/staff-access.guard.js';
import { findDeletionReceipt } from './deletion-receipt.js';

const DeletionReceiptView = z
  .object({
    receipt: z
      .string()
      .describe('Compact JWS: case, reference, time of the erasure, pictures, what each partner said, documents kept.'),
  })
  .meta({ id: 'DeletionReceiptView' });

/** Hands out the signed statement that the evidence of a case is gone. */
@Controller('/v1/recovery-cases')
@UseGuards(StaffGuard)
export class DeletionReceiptsController {
  constructor(private readonly database: Database) {}

  /** @throws Problem not_found for no case, wrong_state while its evidence is still there */
  @Get(':id/deletion-receipt')
  @RequireScopes('audit:read')
  @Operation({
    summary: 'That the evidence of a case is gone, signed when its key was destroyed.',
    tag: 'Audit',
    audience: 'staff',
    response: DeletionReceiptView,
    problems: ['unauthenticated', 'insufficient_scope', 'not_found', 'wrong_state'],
  })
  async one(@IdParam('id') caseId: string): Promise<z.infer<typeof DeletionReceiptView>> {
    const receipt = await this.database.read((tx) => findDeletionReceipt(tx, caseId));
    if (receipt === undefined) throw new Problem('not_found');
    if (receipt === null) throw new Problem('wrong_state', { detail: 'The evidence of this case is not erased yet.' });
    return { receipt };
  }
}
