import { Controller, Param, Post, Put, Req, Res, UseGuards, type PipeTransform } from '@nestjs/common';
import { z } from 'zod';
import { EVIDENCE_KINDS, type EvidenceKind } from '../../../providers/kit/index.js';
import { BOUND_BROWSER } from '../../flow-session/capture-bindings.js';
import { FlowGuard, flowOf } from '../../flow-session/flow.guard.js';
import { CAPTURE_REASONS } from '../../identity-evidence/capture-reasons.js';
import { HowTakenWord } from '../../identity-evidence/how-taken.js';
import { Problem } from '../../platform/errors/problem.js';
import { readBody } from '../../platform/http/body-room.js';
import { Operation } from '../../platform/http/operation.js';
import type { Reply, Request } from '../../platform/http/request-context.js';
import { ValidBody, ZodPipe } from '../../platform/http/valid-input.js';
import { MAX_PICTURE_BYTES, PICTURE_TYPES } from '../../platform/pictures/image-limits.js';
import { CaseStateWord } from '../../recovery-case/case.schemas.js';
import { VerificationStart } from '../routing/verification-start.js';
import { WireHandoff, wireHandoff } from '../session/wire-handoff.js';
import { CodesSubmission } from './codes-submission.js';
import { EvidenceSubmission } from './evidence-submission.js';
import { EvidenceUpload } from './evidence-upload.js';

const StartBody = z
  .strictObject({
    provider: z
      .string()
      .regex(/^[a-z0-9-]{1,40}$/)
      .optional(),
  })
  .meta({ id: 'VerificationBody' });
const StartAnswer = z.object({ handoff: WireHandoff }).meta({ id: 'VerificationView' });
const UploadQuery = z.strictObject({
  taken: HowTakenWord.optional().describe(
    'How the picture was taken. Believed only where it counts against the picture.',
  ),
});
const UploadAnswer = z
  .object({
    kind: z.enum(EVIDENCE_KINDS),
    accepted: z.boolean(),
    reasons: z.array(z.enum(CAPTURE_REASONS)),
    repeated: z
      .boolean()
      .describe(
        'The same bytes were the last ones sent here, and this is their answer: sent twice, a picture is one piece of evidence, and one that was refused is not looked at again.',
      ),
  })
  .meta({ id: 'EvidenceAnswer' });
const SubmitBody = z
  .strictObject({
    attempt: z
      .number()
      .int()
      .min(1)
      .optional()
      .describe(
        'The attempt that is meant, as `GET /v1/flow` said: a call of an earlier one asks for no decision of this one.',
      ),
  })
  .meta({ id: 'SubmitBody' });
const SubmitAnswer = z.object({ state: CaseStateWord }).meta({ id: 'SubmitAnswer' });

/** A kind that does not exist is a place that does not exist. */
class KindPipe implements PipeTransform<unknown, EvidenceKind> {
  transform(value: unknown): EvidenceKind {
    const kind = EVIDENCE_KINDS.find((known) => known === value);
    if (!kind) throw new Problem('not_found');
    return kind;
  }
}

/** Answers the person's calls, from the first picture to the request for a decision. */
@Controller()
@UseGuards(FlowGuard)
export class VerificationFlowController {
  constructor(
    private readonly starting: VerificationStart,
    private readonly uploads: EvidenceUpload,
    private readonly submission: EvidenceSubmission,
    private readonly codes: CodesSubmission,
  ) {}

  @Post('v1/flow/verification')
  @Operation({
    summary: 'Start or resume verification and learn where to go. An address that has ended is renewed.',
    tag: 'Flow',
    audience: 'applicant',
    body: StartBody,
    response: StartAnswer,
    problems: [...BOUND_BROWSER, 'provider_not_offered', 'request_in_progress', 'recoveries_paused'],
  })
  async start(
    @ValidBody(StartBody) body: z.infer<typeof StartBody>,
    @Req() request: Request,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<{ handoff: WireHandoff }> {
    const wanted = body.provider === undefined ? undefined : { provider: body.provider };
    const { handoff } = await this.starting.start({ caseId: flowOf(request).caseId, request, reply, wanted });
    return { handoff: await wireHandoff(handoff) };
  }

  @Put('v1/flow/evidence/:kind')
  @Operation({
    summary: 'Hand in one picture.',
    tag: 'Flow',
    audience: 'applicant',
    bodyTypes: PICTURE_TYPES,
    query: UploadQuery,
    response: UploadAnswer,
    problems: [
      ...BOUND_BROWSER,
      'not_found',
      'version_conflict',
      'provider_not_offered',
      'request_in_progress',
      'unsupported_media_type',
      'body_too_large',
      'picture_refused',
      'recoveries_paused',
    ],
  })
  async upload(
    @Param('kind', new KindPipe()) kind: EvidenceKind,
    @Req() request: Request,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<z.infer<typeof UploadAnswer>> {
    const { taken } = new ZodPipe(UploadQuery).transform(request.query);
    if (request.headers['content-type'] === undefined) throw new Problem('unsupported_media_type');
    const { caseId } = flowOf(request);
    const bytes = await readBody(request, { kind: 'picture', maxBytes: MAX_PICTURE_BYTES });
    return this.uploads.upload({ caseId, request, reply, kind, bytes, ...(taken && { taken }) });
  }

  @Post('v1/flow/submit')
  @Operation({
    summary: 'Ask for the decision.',
    tag: 'Flow',
    audience: 'applicant',
    body: SubmitBody,
    status: 202,
    response: SubmitAnswer,
    problems: [...BOUND_BROWSER, 'evidence_missing', 'recoveries_paused'],
  })
  async submit(
    @ValidBody(SubmitBody) body: z.infer<typeof SubmitBody>,
    @Req() request: Request,
  ): Promise<z.infer<typeof SubmitAnswer>> {
    return { state: await this.submission.submit({ caseId: flowOf(request).caseId, request, ...body }) };
  }

  @Post('v1/flow/recovery-codes/submit')
  @Operation({
    summary:
      'Ask for the decision by two recovery codes, without a document. Where the policy allows it; bound browser only.',
    tag: 'Flow',
    audience: 'applicant',
    body: SubmitBody,
    status: 202,
    response: SubmitAnswer,
    problems: [...BOUND_BROWSER, 'recovery_codes_missing', 'too_many_requests', 'recoveries_paused'],
  })
  async submitCodes(
    @ValidBody(SubmitBody) body: z.infer<typeof SubmitBody>,
    @Req() request: Request,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<z.infer<typeof SubmitAnswer>> {
    return { state: await this.codes.submit({ caseId: flowOf(request).caseId, request, reply, ...body }) };
  }
}
