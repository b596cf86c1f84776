import { Controller, Post, Req, Res, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import { BOUND_BROWSER } from '../flow-session/capture-bindings.js';
import { FlowGuard, flowOf } from '../flow-session/flow.guard.js';
import { Operation } from '../platform/http/operation.js';
import type { Reply, Request } from '../platform/http/request-context.js';
import { NoMembers, ValidBody } from '../platform/http/valid-input.js';
import { CODE_METHODS } from './code-text.js';
import { FlowCodes } from './flow-codes.js';

const CodeBody = z
  .strictObject({ method: z.enum(CODE_METHODS), code: z.string().min(1).max(64) })
  .meta({ id: 'RecoveryCodeBody' });
const CodeTaken = z
  .object({ method: z.enum(CODE_METHODS), accepted: z.literal(true) })
  .meta({ id: 'RecoveryCodeTaken' });
const CodeRequested = z.object({ status: z.literal('accepted') }).meta({ id: 'RecoveryCodeRequested' });

/** Answers the calls that take recovery codes, for accounts whose policy asks for them. */
@Controller('/v1/flow/recovery-codes')
@UseGuards(FlowGuard)
export class FlowCodesController {
  constructor(private readonly codes: FlowCodes) {}

  @Post()
  @Operation({
    summary: 'Give a recovery code: the one that was saved, or the one that was sent. Bound browser only.',
    tag: 'Flow',
    audience: 'applicant',
    body: CodeBody,
    status: 200,
    response: CodeTaken,
    problems: [...BOUND_BROWSER, 'recovery_code_refused', 'too_many_requests', 'recoveries_paused'],
  })
  async give(
    @ValidBody(CodeBody) body: z.infer<typeof CodeBody>,
    @Req() request: Request,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<z.infer<typeof CodeTaken>> {
    const { method, code: text } = body;
    await this.codes.give({ caseId: flowOf(request).caseId, request, reply }, { method, text });
    return { method, accepted: true };
  }

  @Post('send')
  @Operation({
    summary: 'Have a code sent to an address on file that did not get the link. The same answer when there is none.',
    tag: 'Flow',
    audience: 'applicant',
    body: NoMembers,
    status: 202,
    response: CodeRequested,
    problems: [...BOUND_BROWSER, 'too_many_requests', 'recoveries_paused'],
  })
  async send(
    @ValidBody(NoMembers) _body: z.infer<typeof NoMembers>,
    @Req() request: Request,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<z.infer<typeof CodeRequested>> {
    await this.codes.send({ caseId: flowOf(request).caseId, request, reply });
    return { status: 'accepted' };
  }
}
