import type { Transaction } from '../platform/database/transaction.js';
import type { ProofingRecord } from './subject.js';

/** A proofing record as it is stored. */
type SealedRecord = Omit<ProofingRecord, 'attributes'> & { attributesSealed: Buffer };

/**
 * Undefined for an account that was never proofed. Attributes stay sealed: who only asks whether there is a record
 * needs no key.
 */
export async function sealedRecord(tx: Transaction, subjectId: string): Promise<SealedRecord | undefined> {
  const row = await tx.maybeOne<Omit<SealedRecord, 'hasPortrait'> & { portraitObjectKey: string | null }>`
    SELECT * FROM proofing_records WHERE subject_id = ${subjectId}`;
  return row && { ...row, hasPortrait: row.portraitObjectKey !== null };
}

/** What a new record is to replace. */
export const lockedRecord = (
  tx: Transaction,
  subjectId: string,
): Promise<(Pick<SealedRecord, 'attributesSealed'> & Pick<PortraitPlace, 'portraitObjectKey'>) | undefined> =>
  tx.maybeOne`
    SELECT portrait_object_key, attributes_sealed FROM proofing_records WHERE subject_id = ${subjectId} FOR UPDATE`;

/** Where a record's portrait lies, and the key it is under. */
export interface PortraitPlace {
  portraitObjectKey: string | null;
  portraitKeySealed: Buffer | null;
}

/** Undefined for an account that is not there. */
export const portraitPlace = (tx: Transaction, subjectId: string): Promise<PortraitPlace | undefined> =>
  tx.maybeOne<PortraitPlace>`
    SELECT r.portrait_object_key, r.portrait_key_sealed
    FROM subjects s LEFT JOIN proofing_records r ON r.subject_id = s.id WHERE s.id = ${subjectId}`;
