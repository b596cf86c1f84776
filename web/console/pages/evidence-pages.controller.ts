import { Controller, Get, Header, Req, StreamableFile, UseFilters, UseGuards } from '@nestjs/common';
import { EvidenceViews } from '../../../src/adjudication/review/evidence-views.js';
import { EvidenceTicketQuery } from '../../../src/adjudication/review/review.schemas.js';
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
  @Header('cache-control', 'no-store')
  @Header('x-content-type-options', 'nosniff')
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
    return new StreamableFile(jpeg, { type: 'image/jpeg', disposition: 'inline' });
  }

  @Get(':caseId/evidence/:kind/preview')
  @RequireScopes('reviews:decide')
  @PersonOnly()
  @Header('cache-control', 'no-store')
  @Header('x-content-type-options', 'nosniff')
  async preview(@IdParam('caseId') caseId: string, @Req() request: Request): Promise<StreamableFile> {
    const jpeg = await this.evidence.preview({ caseId, kind: pictureKindOf(request), reviewer: principalOf(request) });
    return new StreamableFile(jpeg, { type: 'image/jpeg', disposition: 'inline' });
  }
}
