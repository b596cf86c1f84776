import { Controller, Get, Query, Redirect, Req, UseGuards } from '@nestjs/common';
import { Operation } from '../../platform/http/operation.js';
import type { Request } from '../../platform/http/request-context.js';
import { IdParam } from '../../platform/http/valid-input.js';
import { ProviderReturnGuard } from './provider-return.guard.js';
import { ProviderReturn } from './provider-return.js';
import { returnQuery } from './return-query.js';

/** Where a partner sends the browser back to. */
@Controller()
export class ProviderReturnController {
  constructor(private readonly returns: ProviderReturn) {}

  @Get('v1/providers/:provider/return')
  @UseGuards(ProviderReturnGuard)
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
    if (!request.flow) return;
    const query = returnQuery(given);
    await this.returns.comeBack({
      provider,
      caseId: request.flow.caseId,
      state: query.state ?? '',
      query,
      request,
    });
  }
}
