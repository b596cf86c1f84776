import { Controller, Get, Query, Redirect, Req, UseGuards } from '@nestjs/common';
import { FlowGuard, flowOf } from '../../flow-session/flow.guard.js';
import { Operation } from '../../platform/http/operation.js';
import type { Request } from '../../platform/http/request-context.js';
import { IdParam } from '../../platform/http/valid-input.js';
import { ProviderReturn } from './provider-return.js';

/** Where a partner sends the browser back to. */
@Controller()
export class ProviderReturnController {
  constructor(private readonly returns: ProviderReturn) {}

  @Get('v1/providers/:provider/return')
  @UseGuards(FlowGuard)
  @Redirect('/flow', 303)
  @Operation({
    summary: 'Come back from a partner. Proves nothing; makes us ask the partner.',
    tag: 'Partners',
    audience: 'applicant',
    status: 303,
    response: null,
    problems: ['flow_ended', 'not_found'],
  })
  async comeBack(
    @IdParam('provider') provider: string,
    @Query() given: unknown,
    @Req() request: Request,
  ): Promise<void> {
    const query = singleTexts(given);
    await this.returns.comeBack({
      provider,
      caseId: flowOf(request).caseId,
      state: query.state ?? '',
      query,
      request,
    });
  }
}

const MAX_MEMBERS = 20;
const MAX_LENGTH = 4096;

/** Members that were given once, as text of a sane length. A partner's code or state given twice is given not at all. */
function singleTexts(given: unknown): Record<string, string> {
  const members = Object.entries(given ?? {}) as [string, unknown][];
  const texts = members.filter(
    (member): member is [string, string] => typeof member[1] === 'string' && member[1].length <= MAX_LENGTH,
  );
  return Object.fromEntries(texts.slice(0, MAX_MEMBERS));
}
