import { Controller, Get, Post, Req, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import { Database } from '../platform/database/database.js';
import { Problem } from '../platform/errors/problem.js';
import type { ProblemCode } from '../platform/errors/problem-catalogue.js';
import { Operation } from '../platform/http/operation.js';
import type { Request } from '../platform/http/request-context.js';
import { IdParam, NoMembers, ValidBody } from '../platform/http/valid-input.js';
import { keepAnswer, type Kept } from '../platform/idempotency/answering.js';
import { PersonOnly, principalOf, RequireScopes, StaffGuard } from '../staff-access/staff-access.guard.js';
import { HOLD_REASONS, LegalHolds, type LegalHold } from './legal-holds.js';

const STAFF: readonly ProblemCode[] = ['unauthenticated', 'insufficient_scope', 'not_found'];
const CHANGE: readonly ProblemCode[] = [...STAFF, 'person_required', 'wrong_state', 'separation_of_duties'];

const HoldBody = z.strictObject({ reasonCode: z.enum(HOLD_REASONS) }).meta({ id: 'LegalHoldBody' });

const HoldView = z
  .object({
    reasonCode: z.enum(HOLD_REASONS),
    askedBy: z.string(),
    askedAt: z.iso.datetime(),
    lapsesAt: z.iso.datetime().describe('For a request that no second person has confirmed.'),
    confirmedBy: z.string().nullable(),
    confirmedAt: z.iso.datetime().nullable(),
    releaseAskedBy: z.string().nullable(),
    releaseAskedAt: z.iso.datetime().nullable(),
    releasedBy: z.string().nullable(),
    releasedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'LegalHoldView' });
type HoldView = z.infer<typeof HoldView>;

/** Answers the calls that keep a case's evidence during an investigation. Two people begin it, and two end it. */
@Controller('/v1/recovery-cases/:id/legal-hold')
@UseGuards(StaffGuard)
export class LegalHoldsController {
  constructor(
    private readonly database: Database,
    private readonly holds: LegalHolds,
  ) {}

  @Get()
  @RequireScopes('cases:authorize', 'audit:read')
  @Operation({
    summary: 'The legal hold of a case.',
    tag: 'Legal holds',
    audience: 'staff',
    response: HoldView,
    problems: STAFF,
  })
  async one(@IdParam('id') caseId: string): Promise<HoldView> {
    const hold = await this.database.read((tx) => this.holds.find(tx, caseId));
    if (!hold) throw new Problem('not_found');
    return viewOf(hold);
  }

  @Post()
  @RequireScopes('cases:authorize')
  @PersonOnly()
  @Operation({
    summary:
      'Ask that the evidence of a case is kept. It is kept for three days, and on when a second person confirms.',
    tag: 'Legal holds',
    audience: 'staff',
    status: 201,
    body: HoldBody,
    response: HoldView,
    idempotent: true,
    problems: CHANGE,
  })
  async ask(
    @IdParam('id') caseId: string,
    @ValidBody(HoldBody) { reasonCode }: z.infer<typeof HoldBody>,
    @Req() request: Request,
  ): Promise<Kept<HoldView>> {
    const actor = principalOf(request);
    return this.database.transaction(async (tx) =>
      keepAnswer(request, tx, viewOf(await this.holds.ask(tx, { caseId, reasonCode, actor }))),
    );
  }

  @Post('confirm')
  @RequireScopes('cases:authorize')
  @PersonOnly()
  @Operation({
    summary: 'A second person has the evidence kept until two persons let it go.',
    tag: 'Legal holds',
    audience: 'staff',
    body: NoMembers,
    response: HoldView,
    repeated: '409 `wrong_state`, since it is confirmed.',
    problems: CHANGE,
  })
  async confirm(
    @IdParam('id') caseId: string,
    @ValidBody(NoMembers) _body: z.infer<typeof NoMembers>,
    @Req() request: Request,
  ): Promise<HoldView> {
    const actor = principalOf(request);
    return viewOf(await this.database.transaction((tx) => this.holds.confirm(tx, { caseId, actor })));
  }

  @Post('release')
  @RequireScopes('cases:authorize')
  @PersonOnly()
  @Operation({
    summary: 'Ask for the end of a hold; the second person who does brings it.',
    tag: 'Legal holds',
    audience: 'staff',
    body: NoMembers,
    response: HoldView,
    repeated:
      '409 `separation_of_duties`, since it takes another person; 409 `wrong_state` once that one has released it.',
    problems: CHANGE,
  })
  async release(
    @IdParam('id') caseId: string,
    @ValidBody(NoMembers) _body: z.infer<typeof NoMembers>,
    @Req() request: Request,
  ): Promise<HoldView> {
    const actor = principalOf(request);
    return viewOf(await this.database.transaction((tx) => this.holds.release(tx, { caseId, actor })));
  }
}

function viewOf(hold: LegalHold): HoldView {
  return {
    reasonCode: hold.reasonCode,
    askedBy: hold.askedBy,
    askedAt: hold.askedAt.toISOString(),
    lapsesAt: hold.lapsesAt.toISOString(),
    confirmedBy: hold.confirmedBy,
    confirmedAt: hold.confirmedAt?.toISOString() ?? null,
    releaseAskedBy: hold.releaseBy,
    releaseAskedAt: hold.releaseAt?.toISOString() ?? null,
    releasedBy: hold.releasedBy,
    releasedAt: hold.releasedAt?.toISOString() ?? null,
  };
}
