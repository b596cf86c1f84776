import { Controller, Get, Req, type StreamableFile, UseFilters, UseGuards } from '@nestjs/common';
import { EvidenceViews } from '../../../src/adjudication/review/evidence-views.js';
import { EvidenceTicketQuery } from '../../../src/adjudication/review/review.schemas.js';
import { AnswersWithPicture, pictureAnswer } from '../../../src/adjudication/review/picture-answer.js';
import { pictureKindOf } from '../../../src/adjudication/review/picture-kind.js';
import type { Request } from '../../../src/platform/http/request-context.js';
import { IdParam, ValidQuery } from '../../../src/platform/http/valid-input.js';
import { PersonOnly, principalOf, RequireScopes } from '../../../src/staff-access/staff-access.guard.js';
import { ConsoleGuard } from '../../../src/staff-session/console.guard.js';
import { ConsoleProblemFilter } from './console-problem.filter.js';

/** The pictures of the reviewers' pages: blurred for the asking, whole by the link of a minute that the page was given (T55). */
@Controller('console/reviews')
@UseGuards(ConsoleGuard)
@UseFilters(ConsoleProblemFilter)
export class EvidencePagesController {
  constructor(private readonly evidence: EvidenceViews) {}

  @Get(':caseId/evidence/:kind')
  @RequireScopes('reviews:decide')
  @PersonOnly()
  @AnswersWithPicture()
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
  async preview(@IdParam('caseId') caseId: string, @Req() request: Request): Promise<StreamableFile> {
    const jpeg = await this.evidence.preview({ caseId, kind: pictureKindOf(request), reviewer: principalOf(request) });
    return pictureAnswer(jpeg);
  }
}
