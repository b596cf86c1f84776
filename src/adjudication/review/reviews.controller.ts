import { Controller, Get, Header, Post, Req, type StreamableFile, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import type { ProblemCode } from '../../platform/errors/problem-catalogue.js';
import { answeredPage } from '../../platform/http/lists.js';
import { Operation } from '../../platform/http/operation.js';
import type { Request } from '../../platform/http/request-context.js';
import { IdParam, NoMembers, ValidBody, ValidQuery } from '../../platform/http/valid-input.js';
import { keepAnswer, type Kept } from '../../platform/idempotency/answering.js';
import { PersonOnly, principalOf, RequireScopes, StaffGuard } from '../../staff-access/staff-access.guard.js';
import { EvidenceViews } from './evidence-views.js';
import { AnswersWithPicture, pictureAnswer } from './picture-answer.js';
import { pictureKindOf } from './picture-kind.js';
import { ReviewComparisons } from './review-comparison.js';
import {
  EvidenceTicketQuery,
  REVIEW_PICTURES,
  ReviewComparison,
  ReviewDecisionBody,
  ReviewPage,
  ReviewQueueQuery,
  ReviewResult,
  ReviewView,
} from './review.schemas.js';
import { ReviewVoting } from './review-voting.js';
import { Reviews } from './reviews.js';

const STAFF: readonly ProblemCode[] = ['unauthenticated', 'insufficient_scope'];
const REVIEWER: readonly ProblemCode[] = [...STAFF, 'person_required', 'not_found', 'separation_of_duties'];

/** The reviewers' calls. Nobody sees or decides a case they opened; votes and pictures need a person, never a key. */
@Controller('/v1/reviews')
@UseGuards(StaffGuard)
export class ReviewsController {
  constructor(
    private readonly reviews: Reviews,
    private readonly voting: ReviewVoting,
    private readonly evidence: EvidenceViews,
    private readonly comparisons: ReviewComparisons,
  ) {}

  @Get()
  @RequireScopes('reviews:decide')
  @Operation({
    summary:
      'Cases that wait for a reviewer, newest first: without those the reader has to do with. An API key sees all, and no names.',
    tag: 'Reviews',
    audience: 'staff',
    query: ReviewQueueQuery,
    response: ReviewPage,
    problems: STAFF,
  })
  async queue(
    @ValidQuery(ReviewQueueQuery) query: ReviewQueueQuery,
    @Req() request: Request,
  ): Promise<z.infer<typeof ReviewPage>> {
    return answeredPage('reviews', await this.reviews.queue(query, principalOf(request)));
  }

  @Get(':caseId')
  @RequireScopes('reviews:decide')
  @PersonOnly()
  @Operation({
    summary: 'One case: every check and attribute with its reasons, and links to its pictures.',
    tag: 'Reviews',
    audience: 'staff',
    response: ReviewView,
    problems: REVIEWER,
  })
  async one(@IdParam('caseId') caseId: string, @Req() request: Request): Promise<ReviewView> {
    return this.reviews.one(caseId, principalOf(request));
  }

  @Get(':caseId/evidence/:kind')
  @RequireScopes('reviews:decide')
  @PersonOnly()
  @AnswersWithPicture()
  @Operation({
    summary: 'Opens one picture, marked with who looks and when, by the link that the review gave to this reviewer.',
    tag: 'Reviews',
    audience: 'staff',
    pathWords: { kind: REVIEW_PICTURES },
    query: EvidenceTicketQuery,
    response: z.string(),
    responseType: 'image/jpeg',
    problems: [...REVIEWER, 'link_not_usable'],
  })
  async picture(
    @IdParam('caseId') caseId: string,
    @ValidQuery(EvidenceTicketQuery) ticket: EvidenceTicketQuery,
    @Req() request: Request,
  ): Promise<StreamableFile> {
    const jpeg = await this.evidence.open({
      caseId,
      kind: pictureKindOf(request),
      reviewer: principalOf(request),
      ticket,
    });
    return pictureAnswer(jpeg);
  }

  @Get(':caseId/evidence/:kind/preview')
  @RequireScopes('reviews:decide')
  @PersonOnly()
  @AnswersWithPicture()
  @Operation({
    summary: 'One picture, small and blurred: what a review shows until the reviewer opens it.',
    tag: 'Reviews',
    audience: 'staff',
    pathWords: { kind: REVIEW_PICTURES },
    response: z.string(),
    responseType: 'image/jpeg',
    problems: REVIEWER,
  })
  async preview(@IdParam('caseId') caseId: string, @Req() request: Request): Promise<StreamableFile> {
    const jpeg = await this.evidence.preview({ caseId, kind: pictureKindOf(request), reviewer: principalOf(request) });
    return pictureAnswer(jpeg);
  }

  @Post(':caseId/comparison')
  @RequireScopes('reviews:decide')
  @PersonOnly()
  @Header('cache-control', 'no-store')
  @Operation({
    summary: 'Opens what the evidence says beside what is on record: counted like a picture, every opening audited.',
    tag: 'Reviews',
    audience: 'staff',
    body: NoMembers,
    response: ReviewComparison,
    repeated: 'opens it once more, and that is audited too.',
    problems: REVIEWER,
  })
  async compare(
    @IdParam('caseId') caseId: string,
    @ValidBody(NoMembers) _body: unknown,
    @Req() request: Request,
  ): Promise<ReviewComparison> {
    return this.comparisons.open(caseId, principalOf(request));
  }

  @Post(':caseId/decisions')
  @RequireScopes('reviews:decide')
  @PersonOnly()
  @Operation({
    summary: 'Vote on a case. Failed checks and checks that were not run cannot be settled.',
    tag: 'Reviews',
    audience: 'staff',
    status: 201,
    body: ReviewDecisionBody,
    response: ReviewResult,
    problems: [...REVIEWER, 'wrong_state', 'attempts_used', 'already_decided', 'malformed_body'],
    idempotent: true,
  })
  async decide(
    @IdParam('caseId') caseId: string,
    @ValidBody(ReviewDecisionBody) body: ReviewDecisionBody,
    @Req() request: Request,
  ): Promise<Kept<ReviewResult>> {
    return this.voting.vote(caseId, {
      reviewer: principalOf(request),
      body,
      answer: (tx, result) => keepAnswer(request, tx, result),
    });
  }
}
