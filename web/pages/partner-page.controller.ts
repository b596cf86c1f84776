import { Controller, Get, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import { FlowGuard, flowOf } from '../../src/flow-session/flow.guard.js';
import { Problem } from '../../src/platform/errors/problem.js';
import type { Reply, Request } from '../../src/platform/http/request-context.js';
import { PartnerVisit } from '../../src/verification/flow/partner-visit.js';
import { ADDRESSES } from '../templates/addresses.js';
import { PageProblemFilter } from './page-problem.filter.js';

/** Nobody to be led anywhere: the flow's own page says what is due instead. */
const STAYS = new Set(['consent_required', 'capture_binding_missing', 'wrong_state']);

/**
 * The way out to the partner. A link, because `form-action 'self'` would stop a post on its way to another site. Looking
 * at it changes nothing about the case, but it may use up an address that opens once, so only a click counts.
 */
@Controller('flow')
@UseGuards(FlowGuard)
@UseFilters(PageProblemFilter)
export class PartnerPageController {
  constructor(private readonly visits: PartnerVisit) {}

  @Get('partner')
  async leave(@Req() request: Request, @Res() reply: Reply): Promise<void> {
    // A browser that loads ahead throws away what is no success, and asks again at the click.
    if (isLoadedAhead(request)) return void (await reply.status(503).send());
    const address = isOwnClick(request) ? await this.addressFor(request) : undefined;
    void reply.header('referrer-policy', 'no-referrer');
    await reply.redirect(address ?? ADDRESSES.flow, 303);
  }

  private async addressFor(request: Request): Promise<string | undefined> {
    try {
      return await this.visits.addressFor({ caseId: flowOf(request).caseId, request });
    } catch (error) {
      if (error instanceof Problem && STAYS.has(error.code)) return undefined;
      throw error;
    }
  }
}

/** A look at the headers alone, and what browsers fetch before anybody clicked (`Sec-Purpose`, earlier `Purpose`, `X-Moz`). */
function isLoadedAhead({ method, headers }: Request): boolean {
  const purpose = [headers['sec-purpose'], headers.purpose, headers['x-moz']].join(' ');
  return method === 'HEAD' || /prefetch|preview/i.test(purpose);
}

/** A link of another site brings the cookie along (`SameSite=Lax`); it gets the person no further than their own page (T22). */
function isOwnClick({ headers }: Request): boolean {
  const site = headers['sec-fetch-site'];
  return site === undefined || site === 'same-origin' || site === 'none';
}
