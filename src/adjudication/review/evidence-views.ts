import { Injectable } from '@nestjs/common';
import type { EvidenceKind } from '../../../providers/kit/index.js';
import { appendAudit } from '../../audit-trail/append.js';
import { EvidenceReader } from '../../identity-evidence/evidence-reader.js';
import { Database } from '../../platform/database/database.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { Problem } from '../../platform/errors/problem.js';
import type { Principal } from '../../platform/http/request-context.js';
import { RecoveryCaseRepository } from '../../recovery-case/recovery-case.repository.js';
import { EvidenceTickets, type TicketScope } from './evidence-tickets.js';
import { ReviewAccess } from './review-access.js';

export interface EvidenceRequest {
  caseId: string;
  kind: EvidenceKind;
  reviewer: Principal;
  ticket: { expires: number; signature: string };
}

/** Shows one picture to one reviewer. The view is in the audit trail before the first byte leaves (T55). */
@Injectable()
export class EvidenceViews {
  constructor(
    private readonly database: Database,
    private readonly cases: RecoveryCaseRepository,
    private readonly access: ReviewAccess,
    private readonly tickets: EvidenceTickets,
    private readonly evidence: EvidenceReader,
  ) {}

  /**
   * JPEG bytes, decrypted. @throws Problem not_found, link_not_usable, separation_of_duties
   * @throws ObjectStoreUnavailableError
   */
  async open(request: EvidenceRequest): Promise<Uint8Array> {
    const scope = await this.database.read((tx) => this.admit(tx, request));
    const picture = await this.evidence.readUnhurried(scope);
    if (!picture) throw new Problem('not_found');
    await this.database.transaction(async (tx) => {
      // Still in review, still this attempt: what was admitted before the object store answered may be over.
      const still = await this.admit(tx, request);
      const data = { kind: still.kind, attempt: still.attempt };
      await appendAudit(tx, { chainId: scope.caseId, type: 'review.evidence_viewed', actor: request.reviewer, data });
    });
    return picture.reveal();
  }

  private async admit(tx: Transaction, { caseId, kind, reviewer, ticket }: EvidenceRequest): Promise<TicketScope> {
    const recoveryCase = await this.cases.find(tx, caseId);
    if (recoveryCase?.state !== 'in_review') throw new Problem('not_found');
    await this.access.assertUninvolved(tx, recoveryCase, reviewer);
    const scope = { caseId, attempt: recoveryCase.attempt, kind, reviewer: reviewer.id };
    if (!(await this.tickets.admits(tx, scope, ticket))) throw new Problem('link_not_usable');
    return scope;
  }
}
