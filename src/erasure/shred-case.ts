import { appendAudit } from '../audit-trail/append.js';
import { SYSTEM } from '../audit-trail/audit-event-types.js';
import type { CaseKeys } from '../platform/crypto/case-keys.js';
import type { KeyRing } from '../platform/crypto/key-ring.js';
import type { Transaction } from '../platform/database/transaction.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';
import { signDeletionReceipt } from './deletion-receipt.js';
import type { Tombstone } from './tombstones.js';

/**
 * Destroys the key of a case with everything that only makes sense with it, and signs the receipt. False when the key was
 * gone already.
 */
export async function shredCase(
  tx: Transaction,
  parts: { keys: CaseKeys; ring: KeyRing },
  due: { recoveryCase: RecoveryCase; stone: Tombstone },
): Promise<boolean> {
  const { id: caseId, reference, subjectId } = due.recoveryCase;
  const { pictures, providers } = due.stone;
  if (!(await parts.keys.shred(tx, caseId))) return false;
  await tx.run`UPDATE evidence SET erased_at = clock_timestamp(), object_key = NULL, picture_digest = NULL, offered_digest = NULL,
    fingerprint_sealed = NULL, fingerprint_method = NULL, fingerprint_position = NULL WHERE case_id = ${caseId}`;
  await tx.run`UPDATE recovery_cases SET issuing_country = NULL, document_type = NULL WHERE id = ${caseId}`;
  // Where its links went and which codes were mailed: nothing asks any more.
  await tx.run`DELETE FROM link_addresses WHERE case_id = ${caseId}`;
  await tx.run`DELETE FROM issued_recovery_codes WHERE case_id = ${caseId}`;
  const { erasedAt } = await tx.one<{
    erasedAt: Date;
  }>`SELECT shredded_at AS erased_at FROM case_keys WHERE case_id = ${caseId}`;
  const kept = await documentsKept(tx, subjectId);
  const facts = { caseId, reference, erasedAt, pictures, providers, documentsKept: kept };
  const receipt = await signDeletionReceipt(parts.ring, facts);
  await tx.run`INSERT INTO deletion_receipts (case_id, receipt) VALUES (${caseId}, ${receipt})`;
  await appendAudit(tx, {
    chainId: caseId,
    type: 'erasure.completed',
    actor: SYSTEM,
    data: { pictures, providers: Object.entries(providers).map(([provider, outcome]) => `${provider}: ${outcome}`) },
  });
  return true;
}

/** Keyed hashes of documents that outlive the case with the account (adjudication/accounts/known-documents.ts). */
async function documentsKept(tx: Transaction, subjectId: string): Promise<number> {
  const { kept } = await tx.one<{ kept: number }>`
    SELECT count(*)::int AS kept FROM known_documents WHERE subject_id = ${subjectId} AND kept_until IS NOT NULL`;
  return kept;
}
