import type { Transaction } from '../platform/database/transaction.js';
import { assuranceLevelOf } from './assurance-level.js';
import { maskEmail, maskPhone } from './masking.js';
import { proofingSummary } from './proofing-records.js';
import type { Subject } from './subject.js';
import type { SubjectView } from './subject.schemas.js';

/** What staff see of an account: addresses masked, of the record that there is one. */
export async function subjectView(tx: Transaction, subject: Subject): Promise<SubjectView> {
  const record = await proofingSummary(tx, subject.id);
  const { login, displayName, emails, phones } = subject.profile.reveal();
  return {
    id: subject.id,
    login,
    displayName,
    emails: emails.map(maskEmail),
    phones: phones.map(maskPhone),
    groups: subject.groups,
    privileged: subject.markedPrivileged,
    assuranceLevel: await assuranceLevelOf(tx, subject.id),
    status: subject.status,
    proofing: record
      ? { level: record.level, proofedAt: record.proofedAt.toISOString(), hasPortrait: record.hasPortrait }
      : null,
  };
}
