import { Controller, Get, Res, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import { Database } from '../../platform/database/database.js';
import { Problem } from '../../platform/errors/problem.js';
import { Operation } from '../../platform/http/operation.js';
import type { Reply } from '../../platform/http/request-context.js';
import { IdParam, Instant, ValidQuery } from '../../platform/http/valid-input.js';
import { RequireScopes, StaffGuard } from '../../staff-access/staff-access.guard.js';
import { sendPage } from '../report/send-page.js';
import { DEFAULT_DAYS, evaluationOf, hasEverBeenPolicy, MOST_DECISIONS } from './evaluation-decisions.js';
import { evaluationPage } from './evaluation-page.js';
import { WOULD_HAVE } from './evaluation-tally.js';

const number = z.number().int();
const EvaluationReport = z
  .object({
    policyId: z.string(),
    since: z.iso.datetime().describe('Cases that were opened from then on …'),
    until: z.iso.datetime().describe('… and before then.'),
    cut: z
      .boolean()
      .describe(`There were more than ${MOST_DECISIONS} decisions in that time; the newest of them are in it.`),
    cases: number,
    decisions: number,
    outcomes: z.array(z.object({ wouldHave: z.enum(WOULD_HAVE), decisions: number })),
    referred: z
      .object({ approvable: number, notApprovable: number })
      .describe('Of `referred`: what reviewers could approve, and what they could only deny or send back.'),
    reasons: z.array(z.object({ reason: z.string().describe('`about: reason`'), decisions: number })),
    providers: z.array(z.object({ provider: z.string(), decisions: number, approved: number, retried: number })),
    retryRate: z.number().nullable(),
    medianSeconds: z.number().nullable(),
    slowestSeconds: z.number().nullable(),
  })
  .meta({ id: 'EvaluationReport' });
const EvaluationQuery = z
  .strictObject({
    format: z.enum(['json', 'html']).default('json').describe('What the answer is.'),
    since: Instant.optional().describe(`Left out: ${DEFAULT_DAYS} days before \`until\`.`),
    until: Instant.optional().describe('Left out: now.'),
  })
  // As times: texts of one instant differ in how many digits they give of a second.
  .refine(({ since, until }) => !since || !until || Date.parse(since) < Date.parse(until), {
    path: ['since'],
    error: 'before until',
  });

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
    @ValidQuery(EvaluationQuery) { format, since, until }: z.infer<typeof EvaluationQuery>,
    @Res() reply: Reply,
  ): Promise<void> {
    if (!(await this.database.read((tx) => hasEverBeenPolicy(tx, policyId)))) throw new Problem('not_found');
    const question = { policyId, ...(since && { since: new Date(since) }), ...(until && { until: new Date(until) }) };
    const evaluation = await evaluationOf(this.database, question);
    const period = { since: evaluation.since.toISOString(), until: evaluation.until.toISOString() };
    const view: z.infer<typeof EvaluationReport> = { policyId, ...evaluation, ...period };
    await (format === 'html' ? sendPage(reply, evaluationPage(policyId, evaluation)) : reply.send(view));
  }
}
