import { Injectable } from '@nestjs/common';
import { maskEmail } from '../directory/masking.js';
import { recoveryEmails } from '../directory/account-addresses.js';
import { Subjects } from '../directory/subjects.js';
import type { Transaction } from '../platform/database/transaction.js';
import { Policies } from '../policy/policies.js';
import { documentAcceptance } from '../policy/document-rules.js';
import type { PolicyCopy } from '../policy/policy-copy.js';
import { DOCUMENT_TYPES, type DocumentType } from '../../providers/kit/index.js';
import { RecoveryCaseRepository } from '../recovery-case/recovery-case.repository.js';
import { RecoveryLinks } from './recovery-links.js';

export interface LandingView {
  reference: string;
  openedBy: 'help_desk' | 'self';
  openedAt: Date;
  /** Where the link was sent; missing when a colleague passes it on, so that it confirms nothing to whoever was called. */
  maskedAddress?: string;
  passedOn: boolean;
  /** What the profile accepts, and whether it knows a way without any of them. */
  documentTypes: readonly DocumentType[];
  codesMayDo: boolean;
  /** The organisation's own words. */
  copy: PolicyCopy;
}

/** What a link shows before anybody has started. Undefined for every dead link alike. */
@Injectable()
export class LandingViews {
  constructor(
    private readonly links: RecoveryLinks,
    private readonly cases: RecoveryCaseRepository,
    private readonly subjects: Subjects,
    private readonly policies: Policies,
  ) {}

  async of(tx: Transaction, linkToken: string): Promise<LandingView | undefined> {
    const link = await this.links.find(tx, linkToken);
    const recoveryCase = link?.usable ? await this.cases.find(tx, link.caseId) : undefined;
    if (!recoveryCase) return undefined;
    const subject = await this.subjects.find(tx, recoveryCase.subjectId);
    const passedOn = recoveryCase.channel === 'relay';
    const [address] = subject && !passedOn ? recoveryEmails(subject) : [];
    const { documents, matching } = await this.policies.strictest(tx, recoveryCase);
    return {
      reference: recoveryCase.reference,
      openedBy: recoveryCase.openedByKind === 'self_service' ? 'self' : 'help_desk',
      openedAt: recoveryCase.createdAt,
      passedOn,
      documentTypes: DOCUMENT_TYPES.filter(
        (documentType) => documentAcceptance(documents, { documentType }) !== 'refused',
      ),
      codesMayDo: matching.withoutDocument === 'codes',
      copy: await this.policies.copyOf(tx, recoveryCase),
      ...(address === undefined ? {} : { maskedAddress: maskEmail(address) }),
    };
  }
}
