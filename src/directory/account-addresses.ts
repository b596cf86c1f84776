import { toldAddresses } from './profile-change.js';
import type { Subject } from './subject.js';

/** Addresses that may carry a recovery link now: not those that a change added while it cools off (T48). */
export function recoveryEmails({ profile, contactsCoolingOff }: Subject): string[] {
  const { emails, addedEmails = [] } = profile.reveal();
  return contactsCoolingOff ? emails.filter((email) => !addedEmails.includes(email)) : emails;
}

/** Addresses that are told of what happens: those that were replaced during the last month, and those on file (T48). */
export const addressesToTell = (subject: Subject): string[] => toldAddresses(subject.profile.reveal(), subject);

/**
 * Addresses whose notice counts: those on file, and not one that was added this week, or that somebody added and took away
 * again, while there are others (T48).
 */
export function vouchingAddresses(subject: Subject): string[] {
  const settled = recoveryEmails(subject);
  if (settled.length > 0) return settled;
  const told = addressesToTell(subject);
  const { emails } = subject.profile.reveal();
  const former = told.filter((address) => !emails.includes(address));
  return former.length > 0 ? former : told;
}
