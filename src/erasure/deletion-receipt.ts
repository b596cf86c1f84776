import { SignJWT } from 'jose';
import { DOCUMENT_KEPT_MONTHS } from '../adjudication/accounts/known-documents.js';
import type { KeyRing } from '../platform/crypto/key-ring.js';
import type { Transaction } from '../platform/database/transaction.js';
import type { PartnerErasureOutcome } from './partner-erasure.js';

export interface DeletionFacts {
  caseId: string;
  reference: string;
  erasedAt: Date;
  pictures: number;
  /** What became of the copies at each provider that saw the case. */
  providers: Readonly<Record<string, PartnerErasureOutcome>>;
  /** Documents the account is known by from its cases. */
  documentsKept: number;
}

/** Encrypted copies in backups cannot be read once the wrapped key has left them too; this is how long that takes at most. */
export const BACKUP_HORIZON_DAYS = 35;

/**
 * A signed statement that a case's personal data is gone: compact JWS, EdDSA (RFC 8037), verifiable with the public key
 * that `regain keys public` prints. It names what was destroyed, not what it was.
 */
export async function signDeletionReceipt(ring: KeyRing, facts: DeletionFacts): Promise<string> {
  const { id, privateKey } = ring.signingKey('receipt-signature');
  return new SignJWT({
    case: facts.caseId,
    reference: facts.reference,
    erasedAt: facts.erasedAt.toISOString(),
    pictures: facts.pictures,
    providers: facts.providers,
    method: 'data key destroyed, objects deleted',
    kept: {
      what: 'keyed hash of issuer and number of the account’s documents',
      count: facts.documentsKept,
      months: DOCUMENT_KEPT_MONTHS,
    },
    backupHorizonDays: BACKUP_HORIZON_DAYS,
  })
    .setProtectedHeader({ alg: 'EdDSA', kid: id, typ: 'regain-deletion-receipt+jwt' })
    .sign(privateKey);
}

/** The receipt of a case; null while its evidence is still there, undefined when there is no such case. */
export async function findDeletionReceipt(tx: Transaction, caseId: string): Promise<string | null | undefined> {
  const row = await tx.maybeOne<{ receipt: string | null }>`
    SELECT d.receipt FROM recovery_cases c LEFT JOIN deletion_receipts d ON d.case_id = c.id WHERE c.id = ${caseId}`;
  return row?.receipt;
}
