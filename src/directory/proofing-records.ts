import { Injectable } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { sealWithRing } from '../platform/crypto/sealing.js';
import type { Transaction } from '../platform/database/transaction.js';
import { keepFormerName, isSameName } from './former-names.js';
import type { StoredPortrait } from './portraits.js';
import { ifReadable, openAttributes, recordContext } from './sealed-account.js';
import type { ProofedAttributes, ProofingRecord } from './subject.js';

export interface ProofingRecordInput {
  level: string;
  evidenceKinds: string[];
  proofedAt: Date;
  attributes: ProofedAttributes;
}

/**
 * What becomes of a record's portrait: it stays, because the one that was sent is the one on file; it is one that was stored
 * before; or there is none.
 */
export type PortraitChange = 'kept' | StoredPortrait | undefined;

interface RecordChange {
  subjectId: string;
  input: ProofingRecordInput;
  portrait?: PortraitChange;
}

/** What a record took the place of. */
interface ReplacedRecord {
  /** There was none. */
  first: boolean;
  /** There was one that nobody could open. */
  unreadable: boolean;
  /** The object of a portrait that no record names any more, to be deleted once the change is committed. */
  portrait?: string;
}

/** A proofing record as it is stored. */
type SealedRecord = Omit<ProofingRecord, 'attributes' | 'hasPortrait'> & {
  attributesSealed: Buffer;
  portraitObjectKey: string | null;
};

/** What is told of a record without opening it. Undefined for an account that was never proofed. */
export async function proofingSummary(
  tx: Transaction,
  subjectId: string,
): Promise<(Omit<ProofingRecord, 'attributes'> & { attributesSealed: Buffer }) | undefined> {
  const row = await tx.maybeOne<SealedRecord>`SELECT * FROM proofing_records WHERE subject_id = ${subjectId}`;
  return row && { ...row, hasPortrait: row.portraitObjectKey !== null };
}

/** What was proofed of the built-in directory's accounts, sealed. */
@Injectable()
export class ProofingRecords {
  constructor(private readonly ring: KeyRing) {}

  /** @throws SealBrokenError */
  async find(tx: Transaction, subjectId: string): Promise<ProofingRecord | undefined> {
    const sealed = await proofingSummary(tx, subjectId);
    return sealed && { ...sealed, attributes: openAttributes(this.ring, subjectId, sealed.attributesSealed) };
  }

  /**
   * Stores the record. Undefined when this very record is on file: a client that got no answer sends it again, and that is no
   * change and starts no new cooling-off. An unreadable record counts as different. The caller has locked the account.
   */
  async put(tx: Transaction, { subjectId, input, portrait }: RecordChange): Promise<ReplacedRecord | undefined> {
    const before = await tx.maybeOne<SealedRecord>`
      SELECT * FROM proofing_records WHERE subject_id = ${subjectId} FOR UPDATE`;
    const old = before && ifReadable(() => openAttributes(this.ring, subjectId, before.attributesSealed).reveal());
    if (before && old && isSame({ ...before, attributes: old }, { input, portrait })) return undefined;
    const kept = portrait === 'kept';
    const stored = kept ? undefined : portrait;
    const sealed = sealWithRing(this.ring, Buffer.from(JSON.stringify(input.attributes)), recordContext(subjectId));
    await tx.run`
      INSERT INTO proofing_records AS r (subject_id, level, evidence_kinds, proofed_at, attributes_sealed, portrait_object_key, portrait_key_sealed)
      VALUES (${subjectId}, ${input.level}, ${input.evidenceKinds}, ${input.proofedAt}, ${sealed}, ${stored?.objectKey ?? null}, ${stored?.keySealed ?? null})
      ON CONFLICT (subject_id) DO UPDATE SET level = EXCLUDED.level, evidence_kinds = EXCLUDED.evidence_kinds, proofed_at = EXCLUDED.proofed_at,
        attributes_sealed = EXCLUDED.attributes_sealed,
        portrait_object_key = CASE WHEN ${kept} THEN r.portrait_object_key ELSE EXCLUDED.portrait_object_key END,
        portrait_key_sealed = CASE WHEN ${kept} THEN r.portrait_key_sealed ELSE EXCLUDED.portrait_key_sealed END,
        changed_at = clock_timestamp(), version = r.version + 1`;
    if (old && !isSameName(old, input.attributes)) await keepFormerName(tx, this.ring, { subjectId, name: old });
    const replaced = kept ? undefined : before?.portraitObjectKey;
    return { first: !before, unreadable: before !== undefined && !old, ...(replaced && { portrait: replaced }) };
  }
}

function isSame(
  held: ProofingRecordInput & Pick<SealedRecord, 'portraitObjectKey'>,
  { input, portrait }: Omit<RecordChange, 'subjectId'>,
): boolean {
  const samePortrait = held.portraitObjectKey === null ? portrait === undefined : portrait === 'kept';
  const wordsOf = ({ level, evidenceKinds, proofedAt, attributes }: ProofingRecordInput): unknown =>
    JSON.parse(JSON.stringify({ level, evidenceKinds, proofedAt, attributes }));
  return samePortrait && isDeepStrictEqual(wordsOf(held), wordsOf(input));
}
