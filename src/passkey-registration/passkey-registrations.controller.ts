import { Controller, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { z } from 'zod';
import { CAPTURE_COOKIE, readCookie } from '../flow-session/cookies.js';
import { SameOriginGuard } from '../flow-session/same-origin.guard.js';
import { idempotencyKeyOf } from '../platform/http/idempotency-key.js';
import { Operation } from '../platform/http/operation.js';
import type { Reply, Request } from '../platform/http/request-context.js';
import { ValidBody } from '../platform/http/valid-input.js';
import { PasskeyRegistrations } from './passkey-registrations.js';
import { RegistrationOptions } from './registration-options.js';
import { CreationOptionsView, PasskeyView, RegistrationBody, TokenBody } from './webauthn.schemas.js';

/**
 * Answers the calls that use a recovery token, and keeps its own record of idempotency keys. A key is good for one
 * token and one browser, and has to be stored in the transaction that spends the token (rule 8).
 */
@Controller('/v1/passkey-registrations')
@UseGuards(SameOriginGuard)
export class PasskeyRegistrationsController {
  constructor(
    private readonly registrations: PasskeyRegistrations,
    private readonly registrationOptions: RegistrationOptions,
  ) {}

  @Post('options')
  @Operation({
    summary: 'Options for creating a passkey; several may be asked for while the token lives.',
    tag: 'Passkeys',
    audience: 'capture',
    body: TokenBody,
    response: CreationOptionsView,
    problems: ['origin_not_allowed', 'token_not_redeemable'],
  })
  async options(
    @ValidBody(TokenBody) body: z.infer<typeof TokenBody>,
    @Req() request: Request,
  ): Promise<CreationOptionsView> {
    return this.registrationOptions.create(
      { token: body.token, captureSecret: readCookie(request, CAPTURE_COOKIE) },
      request.ip,
    );
  }

  @Post()
  @Operation({
    summary: 'Register the new passkey: the token is spent, older passkeys and sessions end.',
    tag: 'Passkeys',
    audience: 'capture',
    status: 201,
    body: RegistrationBody,
    response: PasskeyView,
    problems: [
      'origin_not_allowed',
      'token_not_redeemable',
      'challenge_not_usable',
      'passkey_refused',
      'credential_already_registered',
      'recoveries_paused',
    ],
    idempotent: 'by_itself',
  })
  async register(
    @ValidBody(RegistrationBody) body: RegistrationBody,
    @Req() request: Request,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<PasskeyView> {
    const { passkey, replayed } = await this.registrations.register({
      token: body.token,
      captureSecret: readCookie(request, CAPTURE_COOKIE),
      credential: body.credential,
      name: body.name,
      idempotencyKey: idempotencyKeyOf(request),
      source: request.ip,
    });
    if (replayed) void reply.header('idempotency-replayed', 'true');
    return passkey;
  }
}
