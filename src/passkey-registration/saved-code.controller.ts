import { Controller, Get, Post, Req, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import { readCookie, SESSION_COOKIE } from '../flow-session/cookies.js';
import { SameOriginGuard } from '../flow-session/same-origin.guard.js';
import { Operation } from '../platform/http/operation.js';
import type { Request } from '../platform/http/request-context.js';
import { NoMembers, ValidBody } from '../platform/http/valid-input.js';
import { OwnSavedCode } from './own-saved-code.js';

const SavedCodeStatus = z
  .object({
    createdAt: z.iso.datetime().nullable().describe('When the code that counts was made; null when there is none.'),
    keptAt: z.iso.datetime().nullable().describe('When its holder said that it is kept.'),
    due: z
      .boolean()
      .describe(
        'The last code was used or ends with a key, or the holder has not confirmed that the new one is kept: make one now.',
      ),
  })
  .meta({ id: 'SavedCodeStatus' });
const SavedCodeKept = z.object({ status: z.literal('kept') }).meta({ id: 'SavedCodeKept' });
const SavedCodeView = z
  .object({
    code: z.string().describe('In this answer only. To be kept where the device is not.'),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'SavedCodeView' });

/** Answers the calls of {@link OwnSavedCode}. */
@Controller('/v1/session/recovery-codes')
@UseGuards(SameOriginGuard)
export class SavedCodeController {
  constructor(private readonly codes: OwnSavedCode) {}

  @Get()
  @Operation({
    summary: 'Whether the account has a recovery code.',
    tag: 'Passkeys',
    audience: 'session',
    response: SavedCodeStatus,
    problems: ['unauthenticated'],
  })
  async status(@Req() request: Request): Promise<z.infer<typeof SavedCodeStatus>> {
    const { createdAt, keptAt, due } = await this.codes.status(readCookie(request, SESSION_COOKIE));
    return { createdAt: createdAt?.toISOString() ?? null, keptAt: keptAt?.toISOString() ?? null, due };
  }

  @Post()
  @Operation({
    summary: 'Make a recovery code to keep. The one before it stops working, and every address on file is told.',
    tag: 'Passkeys',
    audience: 'session',
    body: NoMembers,
    status: 201,
    response: SavedCodeView,
    problems: ['unauthenticated', 'origin_not_allowed'],
    keepsNoAnswer:
      'An `Idempotency-Key` is not looked at: an answer that is kept would keep the code. Asking again makes another code, and the one before it stops working.',
  })
  async replace(
    @ValidBody(NoMembers) _body: z.infer<typeof NoMembers>,
    @Req() request: Request,
  ): Promise<z.infer<typeof SavedCodeView>> {
    const { code, createdAt } = await this.codes.replace(readCookie(request, SESSION_COOKIE));
    return { code, createdAt: createdAt.toISOString() };
  }

  @Post('kept')
  @Operation({
    summary: 'Say that the code that was just made is kept where the device is not.',
    tag: 'Passkeys',
    audience: 'session',
    body: NoMembers,
    status: 200,
    response: SavedCodeKept,
    problems: ['unauthenticated', 'origin_not_allowed', 'wrong_state'],
  })
  async kept(
    @ValidBody(NoMembers) _body: z.infer<typeof NoMembers>,
    @Req() request: Request,
  ): Promise<z.infer<typeof SavedCodeKept>> {
    await this.codes.markKept(readCookie(request, SESSION_COOKIE));
    return { status: 'kept' };
  }
}
