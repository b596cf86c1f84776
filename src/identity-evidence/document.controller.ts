import { Controller, Post, Req, UseGuards } from '@nestjs/common';
import { FlowGuard, flowOf } from '../flow-session/flow.guard.js';
import { Operation } from '../platform/http/operation.js';
import type { Request } from '../platform/http/request-context.js';
import { ValidBody } from '../platform/http/valid-input.js';
import { ChosenDocument, DocumentChoice } from './document-choice.js';

/** The person names the document before anything is captured. */
@Controller()
@UseGuards(FlowGuard)
export class DocumentController {
  constructor(private readonly documents: DocumentChoice) {}

  @Post('v1/flow/document')
  @Operation({
    summary: 'Say which document will be shown.',
    tag: 'Flow',
    audience: 'applicant',
    body: ChosenDocument,
    response: ChosenDocument,
    problems: ['flow_ended', 'origin_not_allowed', 'consent_required', 'document_not_accepted', 'wrong_state'],
  })
  async choose(@ValidBody(ChosenDocument) chosen: ChosenDocument, @Req() request: Request): Promise<ChosenDocument> {
    await this.documents.choose(flowOf(request).caseId, chosen);
    return chosen;
  }
}
