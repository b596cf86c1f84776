import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../../src/platform/database/database.js';
import { maskEmail } from '../../src/directory/masking.js';
import { Subjects } from '../../src/directory/subjects.js';
import type { Config } from '../../src/platform/config/config.js';
import type { Transaction } from '../../src/platform/database/transaction.js';
import { CONFIG } from '../../src/platform/platform.module.js';
import { Policies } from '../../src/policy/policies.js';
import { documentAcceptance } from '../../src/policy/document-rules.js';
import type { PolicyCopy } from '../../src/policy/policy-copy.js';
import type { RecoveryCase } from '../../src/recovery-case/recovery-case.js';
import { RecoveryCaseRepository } from '../../src/recovery-case/recovery-case.repository.js';
import { SavedCodes } from '../../src/recovery-codes/saved-codes.js';
import type { PageFacts } from './step-page.js';

/** What pages say besides the flow itself: how long photos are kept, and which document was chosen. */
@Injectable()
export class FlowPageFacts {
  constructor(
    private readonly database: Database,
    private readonly cases: RecoveryCaseRepository,
    private readonly policies: Policies,
    private readonly subjects: Subjects,
    private readonly savedCodes: SavedCodes,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async of(caseId: string): Promise<PageFacts> {
    return this.database.read(async (tx) => {
      const recoveryCase = await this.cases.find(tx, caseId);
      if (!recoveryCase) return { retentionDays: 7 };
      const { retention, documents, capture } = await this.policies.strictest(tx, recoveryCase);
      const { documentType, issuingCountry } = recoveryCase;
      return {
        retentionDays: Math.max(1, Math.ceil(retention.evidenceSeconds / 86_400)),
        takes: (document) => documentAcceptance(documents, document) !== 'refused',
        selfieByCameraOnly: capture.selfieFiles === 'refuse',
        sendsByItself: capture.checkPhoto === 'unless_automatic',
        copy: await this.policies.copyOf(tx, recoveryCase),
        documentType: documentType ?? undefined,
        issuingCountry: issuingCountry ?? undefined,
        ...(recoveryCase.state === 'completed' ? await this.whatChanged(tx, recoveryCase) : {}),
      };
    });
  }

  /** The organisation's own words for a page of this case, e.g. the one behind a notice. */
  async copyOf(caseId: string): Promise<PolicyCopy> {
    return this.database.read(async (tx) => {
      const recoveryCase = await this.cases.find(tx, caseId);
      return recoveryCase ? this.policies.copyOf(tx, recoveryCase) : {};
    });
  }

  private async whatChanged(tx: Transaction, recoveryCase: RecoveryCase): Promise<Partial<PageFacts>> {
    const passkey = await tx.maybeOne<{ createdAt: Date; works: boolean; oldPasskeysRemoved: number }>`
      SELECT p.created_at, p.frozen_at IS NULL AND p.removed_at IS NULL AS works,
        (SELECT count(*) FROM credentials o WHERE o.subject_id = p.subject_id AND o.removed_at >= p.created_at)::int AS old_passkeys_removed
      FROM credentials p WHERE p.case_id = ${recoveryCase.id}`;
    const subject = await this.subjects.find(tx, recoveryCase.subjectId);
    const { emails = [] } = subject?.profile.reveal() ?? {};
    const { due: savedCodeDue } = await this.savedCodes.status(tx, recoveryCase.subjectId);
    const { SIGN_IN_URL: signInUrl } = this.config;
    return {
      passkey,
      signInUrl,
      maskedAddresses: emails.map(maskEmail),
      savedCodeDue,
    };
  }
}
