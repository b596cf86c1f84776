import { Inject, Injectable } from '@nestjs/common';
import { appendAudit } from '../../audit-trail/append.js';
import { Portraits } from '../../directory/portraits.js';
import { EvidenceReader } from '../../identity-evidence/evidence-reader.js';
import { Database } from '../../platform/database/database.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { Problem } from '../../platform/errors/problem.js';
import type { Principal } from '../../platform/http/request-context.js';
import { REVIEW_COPIES } from '../../platform/pictures/pictures.module.js';
import type { ReviewCopies } from '../../platform/pictures/review-copies.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { StaffBudgets } from '../../staff-access/staff-budgets.js';
import { EvidenceTickets } from './evidence-tickets.js';
import { ReviewAccess } from './review-access.js';
import type { ReviewPicture } from './review.schemas.js';

export interface PreviewRequest {
  caseId: string;
  kind: ReviewPicture;
  reviewer: Principal;
}

export interface EvidenceRequest extends PreviewRequest {
  ticket: { expires: number; signature: string };
}

/**
 * Shows one picture to one reviewer: blurred until they open it; opened, with their name, the case and the time burnt
 * into it. The opening is in the audit trail before the first byte leaves (T55).
 */
@Injectable()
export class EvidenceViews {
  constructor(
    private readonly database: Database,
    private readonly portraits: Portraits,
    private readonly access: ReviewAccess,
    private readonly tickets: EvidenceTickets,
    private readonly evidence: EvidenceReader,
    private readonly budgets: StaffBudgets,
    @Inject(REVIEW_COPIES) private readonly copies: ReviewCopies,
  ) {}

  /**
   * JPEG bytes, marked. @throws Problem not_found, link_not_usable, separation_of_duties, too_many_requests
   * @throws ObjectStoreUnavailableError, SanitiserUnavailableError
   */
  async open(request: EvidenceRequest): Promise<Uint8Array> {
    const { caseId, kind, reviewer } = request;
    const admitted = await this.database.read((tx) => this.admit(tx, request));
    const { attempt } = admitted;
    await this.budgets.spend('pictures', reviewer);
    const jpeg = await this.read(admitted, kind);
    const texts = await this.database.transaction(async (tx) => {
      // Still in review, still this attempt: what was admitted before the object store answered may be over.
      const { reference } = await this.admit(tx, request);
      await appendAudit(tx, {
        chainId: caseId,
        type: 'review.evidence_viewed',
        actor: reviewer,
        data: { kind, attempt },
      });
      return [reviewer.id, reference, ...(await dayAndTime(tx))];
    });
    return this.copies.marked(jpeg, texts);
  }

  /**
   * JPEG bytes by which a picture can be told from another and nobody from anybody. Not audited: there is nothing to see.
   * @throws Problem not_found, separation_of_duties, too_many_requests
   * @throws ObjectStoreUnavailableError, SanitiserUnavailableError
   */
  async preview({ caseId, kind, reviewer }: PreviewRequest): Promise<Uint8Array> {
    const recoveryCase = await this.database.read((tx) => this.access.inReview(tx, caseId, reviewer));
    await this.budgets.spend('previews', reviewer);
    return this.copies.blurred(await this.read(recoveryCase, kind));
  }

  private async read({ id: caseId, attempt, subjectId }: RecoveryCase, kind: ReviewPicture): Promise<Uint8Array> {
    const picture =
      kind === 'reference_portrait'
        ? await this.portraits.read(subjectId)
        : await this.evidence.readUnhurried({ caseId, attempt, kind });
    if (!picture) throw new Problem('not_found');
    return picture.reveal();
  }

  private async admit(tx: Transaction, { caseId, kind, reviewer, ticket }: EvidenceRequest): Promise<RecoveryCase> {
    const recoveryCase = await this.access.inReview(tx, caseId, reviewer);
    const scope = { caseId, attempt: recoveryCase.attempt, kind, reviewer: reviewer.id };
    if (!(await this.tickets.admits(tx, scope, ticket))) throw new Problem('link_not_usable');
    return recoveryCase;
  }
}

/** The database's, in two short words: `2026-11-26`, `10:30:05Z`. */
async function dayAndTime(tx: Transaction): Promise<[day: string, time: string]> {
  const { day, time } = await tx.one<{ day: string; time: string }>`
    SELECT to_char(now.at, 'YYYY-MM-DD') AS day, to_char(now.at, 'HH24:MI:SS"Z"') AS time
    FROM (SELECT clock_timestamp() AT TIME ZONE 'UTC' AS at) now`;
  return [day, time];
}
