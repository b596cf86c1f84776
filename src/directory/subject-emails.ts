import type { KeyRing } from '../platform/crypto/key-ring.js';
import type { Transaction } from '../platform/database/transaction.js';
import { canonicalIdentifier } from './subject-identity.js';

/** More accounts with one address than anybody could choose from. */
export const MOST_SHARED = 20;

/** What an address on file is digested as: to the letter, as logins are. */
const emailText = (email: string): string => `email:${canonicalIdentifier(email)}`;

interface Reached {
  subjectId: string;
  emails: readonly string[];
}

/** What accounts are found by, under the active key. */
export function emailRows(ring: KeyRing, accounts: readonly Reached[]): { subjectId: string; digest: Buffer }[] {
  return accounts.flatMap(({ subjectId, emails }) =>
    [...new Set(emails.map(emailText))].map((text) => ({ subjectId, digest: ring.digest('lookup', text) })),
  );
}

/** By which addresses these accounts are found from now on. In the transaction that writes or indexes them. */
export async function keepEmails(tx: Transaction, ring: KeyRing, accounts: readonly Reached[]): Promise<void> {
  const rows = emailRows(ring, accounts);
  const ids = accounts.map(({ subjectId }) => subjectId);
  const subjects = rows.map(({ subjectId }) => subjectId);
  const digests = rows.map(({ digest }) => digest);
  await tx.run`DELETE FROM subject_emails WHERE subject_id = ANY(${ids}::text[])
    AND (subject_id, email_digest) NOT IN (SELECT * FROM unnest(${subjects}::text[], ${digests}::bytea[]))`;
  await tx.run`INSERT INTO subject_emails (subject_id, email_digest)
    SELECT * FROM unnest(${subjects}::text[], ${digests}::bytea[]) ON CONFLICT DO NOTHING`;
}

/**
 * Ids of accounts that had this address on file when this version last wrote or indexed them: whether they have it still,
 * their profile says. One more than {@link MOST_SHARED} tells that there are more.
 */
export async function idsByEmail(tx: Transaction, ring: KeyRing, email: string): Promise<string[]> {
  const rows = await tx.many<{ subjectId: string }>`SELECT DISTINCT subject_id FROM subject_emails
    WHERE email_digest = ANY(${ring.digests('lookup', emailText(email))}::bytea[]) ORDER BY subject_id LIMIT ${MOST_SHARED + 1}`;
  return rows.map(({ subjectId }) => subjectId);
}

export const hasEmail = (emails: readonly string[], email: string): boolean =>
  emails.some((known) => emailText(known) === emailText(email));
