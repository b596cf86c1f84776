import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { appendAudit } from '../audit-trail/append.js';
import { APPLICANT } from '../audit-trail/audit-event-types.js';
import { assertConsent } from './consent-gate.js';
import { Database } from '../platform/database/database.js';
import type { Transaction } from '../platform/database/transaction.js';
import { Problem } from '../platform/errors/problem.js';
import { documentAcceptance } from '../policy/document-rules.js';
import { Policies } from '../policy/policies.js';
import { RecoveryCaseRepository } from '../recovery-case/recovery-case.repository.js';
import { DocumentTypeWord } from '../recovery-case/case.schemas.js';
import { issuingStateOf } from '../recovery-case/issuing-country.js';

const CHOSEN = 'document.chosen';

export const ChosenDocument = z
  .strictObject({
    issuingCountry: z
      .string()
      .regex(/^[A-Z]{2,3}$/)
      .refine((code) => code.length > 2 || issuingStateOf(code) !== undefined, 'a code that is assigned to a country')
      .describe('ISO 3166-1 alpha-2, or alpha-3 as an MRZ has it.'),
    documentType: DocumentTypeWord,
  })
  .meta({ id: 'ChosenDocument' });
export type ChosenDocument = z.infer<typeof ChosenDocument>;

/**
 * Which document the person will show. It is a hint for capture and partners, and approves nobody. Documents that the
 * policy does not accept are refused here, before anything is photographed or paid for. The document that was really
 * shown is judged later.
 */
@Injectable()
export class DocumentChoice {
  constructor(
    private readonly database: Database,
    private readonly cases: RecoveryCaseRepository,
    private readonly policies: Policies,
  ) {}

  /** @throws Problem consent_required | document_not_accepted | wrong_state */
  async choose(caseId: string, chosen: ChosenDocument): Promise<void> {
    await this.database.transaction(async (tx) => {
      await assertConsent(tx, caseId);
      const recoveryCase = await this.cases.find(tx, caseId);
      if (!recoveryCase) throw new Problem('wrong_state');
      const { documents } = await this.policies.strictest(tx, recoveryCase);
      if (documentAcceptance(documents, chosen) !== 'accepted') throw new Problem('document_not_accepted');
      const kept = await tx.maybeOne<{ attempt: number }>`UPDATE recovery_cases
        SET issuing_country = ${chosen.issuingCountry}, document_type = ${chosen.documentType}, version = version + 1, updated_at = clock_timestamp()
        WHERE id = ${caseId} AND state = 'awaiting_evidence' AND expires_at > clock_timestamp()
        RETURNING attempt`;
      if (!kept) throw new Problem('wrong_state');
      // The audit trail outlives the erasure of the case: it says that a document was chosen, not which.
      await appendAudit(tx, { chainId: caseId, type: CHOSEN, actor: APPLICANT, data: { attempt: kept.attempt } });
    });
  }
}

/** Whether the person chose a document in this very attempt; the case keeps the one of an earlier attempt. */
export async function wasChosenIn(tx: Transaction, at: { caseId: string; attempt: number }): Promise<boolean> {
  const row = await tx.maybeOne`SELECT 1 FROM audit_events
    WHERE chain_id = ${at.caseId} AND type = ${CHOSEN} AND data @> ${JSON.stringify({ attempt: at.attempt })}::jsonb LIMIT 1`;
  return row !== undefined;
}
