import { Controller, Get, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import { ReviewComparisons } from '../../../src/adjudication/review/review-comparison.js';
import {
  REVIEW_PICTURES,
  ReviewDecisionBody,
  type ReviewResult,
  ReviewQueueQuery,
} from '../../../src/adjudication/review/review.schemas.js';
import { ReviewVoting } from '../../../src/adjudication/review/review-voting.js';
import { Reviews } from '../../../src/adjudication/review/reviews.js';
import { REVIEW_OUTCOMES } from '../../../src/adjudication/review-votes.js';
import { Problem } from '../../../src/platform/errors/problem.js';
import { cursorOf } from '../../../src/platform/http/lists.js';
import type { Reply, Request } from '../../../src/platform/http/request-context.js';
import { keepAnswer } from '../../../src/platform/idempotency/answering.js';
import { newSecret } from '../../../src/platform/ids/ids.js';
import { IdParam, ZodPipe } from '../../../src/platform/http/valid-input.js';
import { PersonOnly, principalOf, RequireScopes } from '../../../src/staff-access/staff-access.guard.js';
import { ConsoleGuard } from '../../../src/staff-session/console.guard.js';
import { textField } from '../../pages/form-input.js';
import { CONSOLE_ADDRESSES } from '../templates/console-addresses.js';
import { QUEUE_NOTICES, type OpenedEvidence, type QueueNotice } from '../templates/index.js';
import type { Exchange } from '../../pages/page-frames.js';
import { ConsoleFrames } from './console-frames.js';
import { filledIn } from './list-query.js';
import { ConsoleProblemFilter } from './console-problem.filter.js';
import { OnceForms } from './once-forms.js';

const QUEUE_QUERY = new ZodPipe(ReviewQueueQuery);
const VOTE = new ZodPipe(ReviewDecisionBody);
const LONGEST_NOTE = 1_000;

/** The reviewers' pages: queue and case. They hold no rules: the services that the API calls, too, have them. */
@Controller('console/reviews')
@UseGuards(ConsoleGuard)
@UseFilters(ConsoleProblemFilter)
export class ReviewPagesController {
  constructor(
    private readonly frames: ConsoleFrames,
    private readonly reviews: Reviews,
    private readonly voting: ReviewVoting,
    private readonly comparisons: ReviewComparisons,
    private readonly forms: OnceForms,
  ) {}

  @Get()
  @RequireScopes('reviews:decide')
  @PersonOnly()
  async queue(@Req() request: Request, @Res() reply: Reply): Promise<void> {
    const { cursor, ...filter } = filledIn(request.query, ['cursor', 'openedBy', 'ticketRef']);
    const query = QUEUE_QUERY.transform({ ...filter, ...(cursor === undefined ? {} : { cursor }) });
    const { data, next } = await this.reviews.queue(query, principalOf(request));
    const { done } = request.query as { done?: unknown };
    const notice = QUEUE_NOTICES.find((known) => known === done);
    await this.frames.send(
      {
        screen: 'queue',
        rows: data,
        filter,
        isFirst: cursor === undefined,
        ...(next === null ? {} : { olderCursor: cursorOf('reviews', next) }),
        ...(notice ? { notice } : {}),
      },
      {
        request,
        reply,
        query: new URLSearchParams({ ...filter, ...(cursor === undefined ? {} : { cursor }) }).toString(),
      },
    );
  }

  /** The other addresses are where forms of the page lead to: a reload, or another language, shows it blurred again. */
  @Get([':caseId', ':caseId/open', ':caseId/confirm', ':caseId/decision'])
  @RequireScopes('reviews:decide')
  @PersonOnly()
  async one(@IdParam('caseId') caseId: string, @Req() request: Request, @Res() reply: Reply): Promise<void> {
    const review = await this.reviews.one(caseId, principalOf(request));
    await this.frames.send({ screen: 'review', review }, { request, reply });
  }

  /** What a reviewer asks to open: then, and only then, the page holds links to pictures, and the values. */
  @Post(':caseId/open')
  @RequireScopes('reviews:decide')
  @PersonOnly()
  async open(@IdParam('caseId') caseId: string, @Req() request: Request, @Res() reply: Reply): Promise<void> {
    const wanted = textField(request, 'open');
    const kinds = REVIEW_PICTURES.filter((kind) => wanted === 'all' || wanted === kind);
    const wantsValues = wanted === 'all' || wanted === 'values';
    if (kinds.length === 0 && !wantsValues) throw new Problem('invalid_request');
    const reviewer = principalOf(request);
    const values = wantsValues ? await this.comparisons.open(caseId, reviewer) : undefined;
    const review = await this.reviews.one(caseId, reviewer);
    const opened: OpenedEvidence = { kinds, values };
    await this.frames.send({ screen: 'review', review, opened }, { request, reply });
  }

  @Post(':caseId/confirm')
  @RequireScopes('reviews:decide')
  @PersonOnly()
  async confirm(@IdParam('caseId') caseId: string, @Req() request: Request, @Res() reply: Reply): Promise<void> {
    const outcome = REVIEW_OUTCOMES.find((known) => known === textField(request, 'outcome'));
    if (!outcome) throw new Problem('invalid_request');
    const vote = ReviewDecisionBody.safeParse({ outcome, reasonCode: textField(request, 'reasonCode') });
    if (!vote.success) {
      const review = await this.reviews.one(caseId, principalOf(request));
      return this.frames.send({ screen: 'review', review, missingReason: outcome }, { request, reply, status: 400 });
    }
    await this.askAgain(caseId, { request, reply }, { body: vote.data });
  }

  @Post(':caseId/decision')
  @RequireScopes('reviews:decide')
  @PersonOnly()
  async decide(@IdParam('caseId') caseId: string, @Req() request: Request, @Res() reply: Reply): Promise<void> {
    const note = textField(request, 'note').replaceAll('\r\n', '\n').trim();
    const vote = { outcome: textField(request, 'outcome'), reasonCode: textField(request, 'reasonCode') };
    if (note.length > LONGEST_NOTE)
      return this.askAgain(caseId, { request, reply }, { body: VOTE.transform(vote), note, error: 'note_too_long' });
    const body = VOTE.transform({ ...vote, ...(note === '' ? {} : { note }) });
    const result = await this.forms.run({ request, reply }, () =>
      this.voting.vote(caseId, {
        reviewer: principalOf(request),
        body,
        answer: (tx, counted) => keepAnswer(request, tx, counted),
      }),
    );
    await reply.redirect(`${CONSOLE_ADDRESSES.reviews}?done=${noticeOf(result)}`, 303);
  }

  private async askAgain(
    caseId: string,
    exchange: Exchange,
    vote: { body: ReviewDecisionBody; note?: string; error?: 'note_too_long' },
  ): Promise<void> {
    const { body, note, error } = vote;
    const { case: view } = await this.reviews.one(caseId, principalOf(exchange.request));
    const { reference, subject } = view;
    await this.frames.send(
      {
        screen: 'confirm',
        caseId,
        formKey: newSecret(),
        reference,
        displayName: subject.displayName,
        outcome: body.outcome,
        reasonCode: body.reasonCode,
        note,
        error,
      },
      { ...exchange, status: error ? 400 : 200 },
    );
  }
}

function noticeOf({ outcome, state }: ReviewResult): QueueNotice {
  if (outcome === 'deny') return 'denied';
  if (outcome === 'retry') return 'retry';
  return state === 'in_review' ? 'waits' : state === 'held' ? 'held' : 'approved';
}
