import { Controller, Get, Res, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import { Database } from '../../platform/database/database.js';
import { Problem } from '../../platform/errors/problem.js';
import { Operation } from '../../platform/http/operation.js';
import type { Reply } from '../../platform/http/request-context.js';
import { IdParam, ValidQuery } from '../../platform/http/valid-input.js';
import { RequireScopes, StaffGuard } from '../../staff-access/staff-access.guard.js';
import { sendPage } from '../report/send-page.js';
import { evaluationOf } from './evaluation-decisions.js';
import { evaluationPage } from './evaluation-page.js';
import { WOULD_HAVE } from './evaluation-tally.js';

const number = z.number().int();
const EvaluationReport = z.object({
  policyId: z.string(),
  cases: number,
  decisions: number,
  outcomes: z.array(z.object({ wouldHave: z.enum(WOULD_HAVE), decisions: number })),
  reasons: z.array(z.object({ reason: z.string().describe('`about: reason`'), decisions: number })),
  providers: z.array(z.object({ provider: z.string(), decisions: number, approved: number, retried: number })),
  retryRate: z.number().nullable(),
  medianSeconds: z.number().nullable(),
  slowestSeconds: z.number().nullable(),
});
const EvaluationQuery = z.strictObject({ format: z.enum(['json', 'html']).default('json') });

/** For auditors alone: a would-be verdict is a verdict (T75). */
@Controller('/v1/policies')
@UseGuards(StaffGuard)
export class EvaluationController {
  constructor(private readonly database: Database) {}

  @Get(':id/evaluation-report')
  @RequireScopes('audit:read')
  @Operation({
    summary: 'What production would have done with the evaluation cases of a profile, also of one that was removed.',
    tag: 'Policies',
    audience: 'staff',
    query: EvaluationQuery,
    response: EvaluationReport,
    textTypes: ['text/html'],
    problems: ['unauthenticated', 'insufficient_scope', 'not_found'],
  })
  async report(
    @IdParam('id') policyId: string,
    @ValidQuery(EvaluationQuery) { format }: z.infer<typeof EvaluationQuery>,
    @Res() reply: Reply,
  ): Promise<void> {
    const known = await this.database.read((tx) => tx.maybeOne`SELECT 1 FROM policies WHERE id = ${policyId}`);
    if (!known) throw new Problem('not_found');
    const figures = await evaluationOf(this.database, policyId);
    const view: z.infer<typeof EvaluationReport> = { policyId, ...figures };
    await (format === 'html' ? sendPage(reply, evaluationPage(policyId, figures)) : reply.send(view));
  }
}
