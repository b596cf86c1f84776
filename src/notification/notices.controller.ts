import { Controller, Param, Post, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import { SameOriginGuard } from '../flow-session/same-origin.guard.js';
import { Problem } from '../platform/errors/problem.js';
import { Operation } from '../platform/http/operation.js';
import { NoMembers, ValidBody } from '../platform/http/valid-input.js';
import { NoticeConfirmation } from './notice-confirmation.js';
import { REPUDIATION_OUTCOMES, Repudiation } from './repudiation.js';

const Repudiated = z
  .object({
    status: z
      .enum(REPUDIATION_OUTCOMES)
      .describe(
        '`stopped`: the case was stopped. `frozen`: the passkey that came of it was. `nothing_to_stop`: it had ended before.',
      ),
  })
  .meta({ id: 'NoticeRepudiated' });
const Confirmed = z.object({ status: z.literal('confirmed') }).meta({ id: 'NoticeConfirmed' });

export const ConfirmationNumber = z
  .string()
  .regex(/^[0-9]{2}$/)
  .describe('The two digits that the browser of the flow shows. Three wrong ones deny the case.');
const ConfirmNoticeBody = z.strictObject({ number: ConfirmationNumber }).meta({ id: 'ConfirmNoticeBody' });

/** The calls of a notice's page: “This was not me”, and the number that proves the device. */
@Controller('/v1/notices')
export class NoticesController {
  constructor(
    private readonly repudiation: Repudiation,
    private readonly confirmation: NoticeConfirmation,
  ) {}

  @Post(':noticeToken/repudiate')
  @UseGuards(SameOriginGuard)
  @Operation({
    summary: '“This was not me”: stop the case or freeze the passkey that came of it.',
    tag: 'Notices',
    audience: 'notice',
    body: NoMembers,
    response: Repudiated,
    problems: ['not_found', 'origin_not_allowed'],
  })
  async repudiate(
    @Param('noticeToken') noticeToken: string,
    @ValidBody(NoMembers) _body: unknown,
  ): Promise<z.infer<typeof Repudiated>> {
    const { outcome } = await this.repudiation.repudiate(noticeToken);
    return { status: outcome };
  }

  @Post(':noticeToken/confirm')
  @UseGuards(SameOriginGuard)
  @Operation({
    summary:
      '“It is me”: the number shown in the browser of the flow, typed by somebody who reads mail at an address on file.',
    tag: 'Notices',
    audience: 'notice',
    body: ConfirmNoticeBody,
    response: Confirmed,
    problems: ['not_found', 'wrong_state', 'origin_not_allowed'],
  })
  async confirm(
    @Param('noticeToken') noticeToken: string,
    @ValidBody(ConfirmNoticeBody) body: z.infer<typeof ConfirmNoticeBody>,
  ): Promise<z.infer<typeof Confirmed>> {
    const outcome = await this.confirmation.confirm(noticeToken, body.number);
    if (outcome.kind === 'confirmed') return { status: 'confirmed' };
    if (outcome.kind !== 'not_matching') throw new Problem('wrong_state');
    const detail = `This is not the number in the browser of the flow. Tries left: ${outcome.triesLeft}.`;
    throw new Problem('invalid_request', { errors: [{ pointer: '/number', code: 'not_matching', detail }] });
  }
}
