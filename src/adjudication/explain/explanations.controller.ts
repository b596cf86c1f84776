import { Controller, Get, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import { Database } from '../../platform/database/database.js';
import { Problem } from '../../platform/errors/problem.js';
import { BucketWord, VerdictWord } from '../../recovery-case/case.schemas.js';
import { Operation } from '../../platform/http/operation.js';
import { IdParam } from '../../platform/http/valid-input.js';
import { RequireScopes, StaffGuard } from '../../staff-access/staff-access.guard.js';
import { ROUTES } from '../facts.js';
import { comparedViews, ComparedView } from './compared-words.js';
import { Explanations, type Explanation } from './explanations.js';

const ExplainedFinding = z
  .object({
    about: z.string(),
    result: z.string(),
    reasonCodes: z.array(z.string()),
    method: z.string(),
    words: z.string().describe('The same in a sentence.'),
  })
  .meta({ id: 'ExplainedFinding' });

const ExplainedDecision = z
  .object({
    decisionId: z.string(),
    attempt: z.number().int(),
    route: z.enum(ROUTES).describe('By document, or by two codes without one.'),
    verdict: VerdictWord,
    bucket: BucketWord,
    decidedBy: z.string().describe('`policy` for the rules alone; else what settled it, or `person:` and who.'),
    decidedAt: z.iso.datetime(),
    decidedUnder: z
      .string()
      .describe('Profile and version of that day; the stricter of it and the starting one decided.'),
    reviewersNeeded: z
      .number()
      .int()
      .nullable()
      .describe('How many had to agree if it went to people. Null: not stored.'),
    holdSeconds: z.number().int().nullable().describe('Wait between an approval and the token. Null: not stored.'),
    approvals: z.number().int().describe('How many different people said yes in this attempt.'),
    findings: z.array(ExplainedFinding),
    compared: z.array(ComparedView).describe('Fields of the document in two of its places, where its provider told.'),
    votes: z.array(
      z.object({ reviewer: z.string(), outcome: z.string(), reasonCode: z.string(), votedAt: z.iso.datetime() }),
    ),
    replay: z.object({
      outcome: z
        .enum(['same', 'differs', 'no_facts', 'other_rules'])
        .describe('other_rules: taken by other rules than today’s; only its record was checked.'),
      differences: z.array(z.string()),
      notStored: z.array(z.string()).describe('What of an old decision was not kept and could not be compared.'),
    }),
  })
  .meta({ id: 'ExplainedDecision' });
const ExplanationView = z
  .object({ caseId: z.string(), decisions: z.array(ExplainedDecision) })
  .meta({ id: 'ExplanationView' });
type ExplanationView = z.infer<typeof ExplanationView>;

/** For auditors alone: the help desk sees buckets, reviewers see their own case (T75). */
@Controller('/v1/recovery-cases')
@UseGuards(StaffGuard)
export class ExplanationsController {
  constructor(
    private readonly database: Database,
    private readonly explanations: Explanations,
  ) {}

  @Get(':id/explanation')
  @RequireScopes('audit:read')
  @Operation({
    summary:
      'Why each decision of a case fell as it did, and whether the rules of now decide the same facts the same way.',
    tag: 'Audit',
    audience: 'staff',
    response: ExplanationView,
    problems: ['unauthenticated', 'insufficient_scope', 'not_found'],
  })
  async explain(@IdParam('id') caseId: string): Promise<ExplanationView> {
    const decisions = await this.database.read((tx) => this.explanations.ofCase(tx, caseId));
    if (!decisions) throw new Problem('not_found');
    return { caseId, decisions: decisions.map(viewOf) };
  }
}

function viewOf({
  facts,
  consequences,
  caseId: _caseId,
  ...explanation
}: Explanation): z.infer<typeof ExplainedDecision> {
  return {
    ...explanation,
    route: facts?.route ?? 'document',
    compared: comparedViews(facts?.report.compared),
    reviewersNeeded: consequences?.reviewersNeeded ?? null,
    holdSeconds: consequences?.holdSeconds ?? null,
    replay: { ...explanation.replay, notStored: [...explanation.replay.notStored] },
    decidedAt: explanation.decidedAt.toISOString(),
    votes: explanation.votes.map((vote) => ({ ...vote, votedAt: vote.votedAt.toISOString() })),
  };
}
