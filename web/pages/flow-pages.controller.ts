import { Controller, Get, Param, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import { EVIDENCE_KINDS, type EvidenceKind } from '../../providers/kit/index.js';
import { FlowGuard, flowOf } from '../../src/flow-session/flow.guard.js';
import { FlowFormGuard, TokenAmongParts } from '../../src/flow-session/flow-form.guard.js';
import { FormTokens } from '../../src/flow-session/form-tokens.js';
import { ChosenDocument, DocumentChoice } from '../../src/identity-evidence/document-choice.js';
import { HowTakenWord } from '../../src/identity-evidence/how-taken.js';
import { Problem } from '../../src/platform/errors/problem.js';
import type { ProblemCode } from '../../src/platform/errors/problem-catalogue.js';
import { readMultipart } from '../../src/platform/http/multipart.js';
import type { Reply, Request } from '../../src/platform/http/request-context.js';
import { MAX_PICTURE_BYTES } from '../../src/platform/pictures/image-limits.js';
import { RecoveryPauseGuard } from '../../src/recovery-pause/recovery-pause.guard.js';
import { Participation } from '../../src/recovery-request/participation.js';
import { EvidenceSubmission } from '../../src/verification/flow/evidence-submission.js';
import { EvidenceUpload } from '../../src/verification/flow/evidence-upload.js';
import { VerificationStart } from '../../src/verification/routing/verification-start.js';
import { attemptOf, textField } from './form-input.js';
import { FlowPages } from './flow-pages.js';
import type { Exchange } from './page-frames.js';
import { PageFrames } from './page-frames.js';
import { PageProblemFilter } from './page-problem.filter.js';
import type { PageFacts } from './step-page.js';

type FormProblem = NonNullable<PageFacts['problem']>;

/**
 * The person's flow as pages and forms, without scripts up to the passkey. Every address shows the page that fits the
 * case's state, so back, refresh and doubled tabs are safe.
 */
@Controller('flow')
@UseGuards(FlowGuard, FlowFormGuard)
@UseFilters(PageProblemFilter)
export class FlowPagesController {
  constructor(
    private readonly frames: PageFrames,
    private readonly pages: FlowPages,
    private readonly tokens: FormTokens,
    private readonly participation: Participation,
    private readonly documents: DocumentChoice,
    private readonly starting: VerificationStart,
    private readonly uploads: EvidenceUpload,
    private readonly submission: EvidenceSubmission,
  ) {}

  @Get()
  @UseGuards(RecoveryPauseGuard)
  async page(@Req() request: Request, @Res() reply: Reply): Promise<void> {
    await this.pages.show({ request, reply });
  }

  /** The agreement again, after a "no". */
  @Get('consent')
  @UseGuards(RecoveryPauseGuard)
  async consentPage(@Req() request: Request, @Res() reply: Reply): Promise<void> {
    await this.pages.show({ request, reply }, { asked: 'consent' });
  }

  @Get('document')
  @UseGuards(RecoveryPauseGuard)
  async documentPage(@Req() request: Request, @Res() reply: Reply): Promise<void> {
    await this.pages.show({ request, reply }, { asked: 'document' });
  }

  /** Who checks, chosen anew for another try. */
  @Get('verification')
  @UseGuards(RecoveryPauseGuard)
  async providerPage(@Req() request: Request, @Res() reply: Reply): Promise<void> {
    await this.pages.show({ request, reply }, { asked: 'provider' });
  }

  @Get('evidence/:kind')
  @UseGuards(RecoveryPauseGuard)
  async capturePage(@Param('kind') kind: string, @Req() request: Request, @Res() reply: Reply): Promise<void> {
    const { source, again } = request.query as { source?: unknown; again?: unknown };
    const picture = evidenceKind(kind);
    const asked = { picture, source: source === 'file' ? 'file' : 'camera', sentAgain: again === '1' } as const;
    await this.pages.show({ request, reply }, { asked });
  }

  @Post('consent')
  @UseGuards(RecoveryPauseGuard)
  async consent(@Req() request: Request, @Res() reply: Reply): Promise<void> {
    const agreed = textField(request, 'agreed');
    if (agreed !== 'true' && agreed !== 'false') return this.showProblem({ request, reply }, 'choice_missing');
    await this.participation
      .consent(flowOf(request).caseId, {
        noticeVersion: textField(request, 'noticeVersion'),
        agreed: agreed === 'true',
        language: this.frames.language(request),
      })
      .catch(unless('call_code_missing'));
    return this.next(reply);
  }

  @Post('document')
  @UseGuards(RecoveryPauseGuard)
  async document(@Req() request: Request, @Res() reply: Reply): Promise<void> {
    const chosen = ChosenDocument.safeParse({
      issuingCountry: textField(request, 'issuingCountry'),
      documentType: textField(request, 'documentType'),
    });
    if (!chosen.success)
      return this.showProblem(
        { request, reply },
        chosen.error.issues[0]?.path[0] === 'issuingCountry' ? 'country_missing' : 'document_type_missing',
      );
    await this.documents.choose(flowOf(request).caseId, chosen.data);
    return this.next(reply);
  }

  @Post('verification')
  async verification(@Req() request: Request, @Res() reply: Reply): Promise<void> {
    const provider = textField(request, 'provider');
    if (!/^[a-z0-9-]{1,40}$/.test(provider)) return this.showProblem({ request, reply }, 'choice_missing');
    await this.starting
      .start({ caseId: flowOf(request).caseId, request, reply, wanted: { provider } })
      .catch(unless('dependency_unavailable'));
    return this.next(reply);
  }

  @Post('evidence/:kind')
  @TokenAmongParts()
  async photo(@Param('kind') kind: string, @Req() request: Request, @Res() reply: Reply): Promise<void> {
    const known = evidenceKind(kind);
    const { fields, files } = await readMultipart(request, {
      fields: ['_csrf', 'taken'],
      files: ['photo'],
      maxFileBytes: MAX_PICTURE_BYTES,
    });
    this.tokens.assert(flowOf(request).sessionId, fields._csrf);
    if (!files.photo) return this.next(reply, `/flow/evidence/${known}`);
    const taken = HowTakenWord.safeParse(fields.taken).data;
    const answer = await this.uploads.upload({
      caseId: flowOf(request).caseId,
      request,
      reply,
      kind: known,
      bytes: files.photo,
      taken,
    });
    if (answer.accepted) return this.next(reply);
    return this.next(reply, `/flow/evidence/${known}${answer.repeated ? '?again=1' : ''}`);
  }

  @Post('submit')
  async submit(@Req() request: Request, @Res() reply: Reply): Promise<void> {
    await this.submission.submit({ caseId: flowOf(request).caseId, request, ...attemptOf(request) });
    return this.next(reply);
  }

  @Post('stop')
  async stop(@Req() request: Request, @Res() reply: Reply): Promise<void> {
    await this.participation.stop(flowOf(request).caseId);
    return this.next(reply);
  }

  private async showProblem(exchange: Exchange, problem: FormProblem): Promise<void> {
    const documentType = problem === 'country_missing' ? textField(exchange.request, 'documentType') : undefined;
    const issuingCountry =
      problem === 'document_type_missing' ? textField(exchange.request, 'issuingCountry') : undefined;
    await this.pages.show(exchange, {
      problem,
      asked: problem === 'choice_missing' ? 'provider' : 'document',
      // Absent, not undefined: what is not said here stays as it is stored.
      ...(documentType ? { documentType } : {}),
      ...(issuingCountry ? { issuingCountry } : {}),
    });
  }

  private async next(reply: Reply, address = '/flow'): Promise<void> {
    await reply.redirect(address, 303);
  }
}

/** For a problem that the flow's own page says better: what is waited for, and what to do meanwhile. */
const unless =
  (said: ProblemCode) =>
  (error: unknown): void => {
    if (!(error instanceof Problem) || error.code !== said) throw error;
  };

function evidenceKind(text: string): EvidenceKind {
  const kind = EVIDENCE_KINDS.find((known) => known === text);
  if (!kind) throw new Problem('not_found');
  return kind;
}
