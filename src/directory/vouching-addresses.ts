import type { Transaction } from '../platform/database/transaction.js';
import type { Subject } from './subject.js';
import type { Subjects } from './subjects.js';

/**
 * Addresses whose notice counts: those on file, and not one that was added this week, or that somebody added and took away
 * again, while there are others (T48).
 */
export async function vouchingAddresses(tx: Transaction, subjects: Subjects, subject: Subject): Promise<string[]> {
  const settled = await subjects.recoveryEmails(tx, subject);
  if (settled.length > 0) return settled;
  const told = await subjects.addressesToTell(tx, subject);
  const { emails } = subject.profile.reveal();
  const former = told.filter((address) => !emails.includes(address));
  return former.length > 0 ? former : told;
}
