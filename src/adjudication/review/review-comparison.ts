import { Injectable } from '@nestjs/common';
import type { IdentityAttributes } from '../../../providers/kit/index.js';
import { appendAudit } from '../../audit-trail/append.js';
import type { ProofedAttributes } from '../../directory/subject.js';
import { ProofingRecords } from '../../directory/proofing-records.js';
import { Subjects } from '../../directory/subjects.js';
import { CaseShreddedError } from '../../platform/crypto/case-keys.js';
import { Database } from '../../platform/database/database.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { Problem } from '../../platform/errors/problem.js';
import type { Principal } from '../../platform/http/request-context.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { StaffBudgets } from '../../staff-access/staff-budgets.js';
import { VerificationReports } from '../../verification/verification-reports.js';
import { ReviewAccess } from './review-access.js';
import { COMPARED, type ReviewComparison } from './review.schemas.js';

const MEMBERS = {
  given_name: 'givenName',
  family_name: 'familyName',
  birth_date: 'birthDate',
  nationality: 'nationality',
} as const satisfies Record<(typeof COMPARED)[number], keyof IdentityAttributes>;

interface Known {
  against: ReviewComparison['against'];
  attributes: Readonly<ProofedAttributes>;
}

/**
 * The two sides of a comparison in plain words: what the evidence says and what is on record. Opened like a picture, by
 * one person who has nothing to do with the case, within their budget for pictures and with its own line in the audit
 * trail, which holds none of it (T55). Nothing else shows these values.
 */
@Injectable()
export class ReviewComparisons {
  constructor(
    private readonly database: Database,
    private readonly access: ReviewAccess,
    private readonly subjects: Subjects,
    private readonly records: ProofingRecords,
    private readonly reports: VerificationReports,
    private readonly budgets: StaffBudgets,
  ) {}

  /**
   * The audit row is committed before a value leaves. Of an erased case there is nothing to open.
   * @throws Problem not_found, separation_of_duties, too_many_requests
   */
  async open(caseId: string, reviewer: Principal): Promise<ReviewComparison> {
    await this.database.read((tx) => this.access.inReview(tx, caseId, reviewer));
    await this.budgets.spend('pictures', reviewer);
    try {
      return await this.database.transaction(async (tx) => {
        const recoveryCase = await this.access.inReview(tx, caseId, reviewer);
        const comparison = await this.compared(tx, recoveryCase);
        const data = { attempt: recoveryCase.attempt };
        await appendAudit(tx, { chainId: caseId, type: 'review.values_viewed', actor: reviewer, data });
        return comparison;
      });
    } catch (error) {
      if (error instanceof CaseShreddedError) throw new Problem('not_found', { cause: error });
      throw error;
    }
  }

  private async compared(tx: Transaction, { id, attempt, subjectId }: RecoveryCase): Promise<ReviewComparison> {
    const stored = await this.reports.ofAttempt(tx, id, attempt);
    const claim = (stored?.withdrawnBy ?? stored?.report)?.identity?.reveal() ?? {};
    const { against, attributes: known } = await this.known(tx, subjectId);
    const attributes = COMPARED.map((about) => {
      const member = MEMBERS[about];
      return { about, claimed: textOf(claim[member]), onRecord: textOf(known[member]), former: former(known, member) };
    });
    return { claimedBy: stored?.provider ?? null, against, attributes };
  }

  /** What was proofed; of an account that never was, what its directory says. */
  private async known(tx: Transaction, subjectId: string): Promise<Known> {
    const record = await this.records.find(tx, subjectId);
    if (record) return { against: 'proofing_record', attributes: record.attributes.reveal() };
    const subject = await this.subjects.find(tx, subjectId);
    const { givenName, familyName, birthDate } = subject?.profile.reveal() ?? {};
    return { against: 'directory', attributes: { givenName, familyName, birthDate } };
  }
}

/** Nothing here relies on what a provider sent: anything but text is nothing to show. */
const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

const former = ({ formerNames = [] }: Known['attributes'], member: keyof IdentityAttributes): string[] =>
  member === 'givenName' || member === 'familyName' ? formerNames.flatMap((name) => textOf(name[member]) ?? []) : [];
