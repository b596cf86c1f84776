import { Injectable } from '@nestjs/common';
import type { EvidenceKind } from '../../providers/kit/index.js';
import { Clock } from '../platform/clock/clock.js';
import type { Transaction } from '../platform/database/transaction.js';
import { newId } from '../platform/ids/ids.js';
import type { CaptureReason } from './capture-reasons.js';
import type { HowTaken } from './how-taken.js';

export interface SlotAddress {
  caseId: string;
  attempt: number;
  kind: EvidenceKind;
}

export interface EvidenceSlot extends SlotAddress {
  id: string;
  version: number;
  state: 'accepted' | 'rejected';
  /** Why the picture that was offered last was not taken; empty when it is the accepted one. */
  reasons: CaptureReason[];
  /** Keyed hash of the bytes that were offered last; null where nobody is to be answered by them. */
  offeredDigest: Buffer | null;
  objectKey: string | null;
  ciphertextSha256: string | null;
  /** Null: nobody has looked yet whether this photograph was used before, or it is no selfie. */
  fingerprintMethod: string | null;
  /** How the accepted picture was taken; null where its sender did not say. */
  taken: HowTaken | null;
}

export interface AcceptedPicture extends SlotAddress {
  /** The version this picture becomes; the slot must still be at the one before. */
  version: number;
  objectKey: string;
  ciphertextSha256: string;
  pictureDigest: Buffer;
  offeredDigest: Buffer;
  fingerprint?: SealedFingerprint;
  taken?: HowTaken;
}

export interface RefusedPicture {
  reasons: readonly CaptureReason[];
  /** Null when nothing of the picture was looked at, so that nothing is known of it. */
  offeredDigest: Buffer | null;
}

export interface SealedFingerprint {
  method: string;
  /** Sealed for this slot and version. */
  sealed: Buffer;
}

/**
 * Keeps one row per case, attempt and kind of picture. Both writes are guarded by the case still awaiting evidence in
 * this attempt.
 */
@Injectable()
export class EvidenceSlots {
  constructor(private readonly clock: Clock) {}

  async find(tx: Transaction, slot: SlotAddress): Promise<EvidenceSlot | undefined> {
    return tx.maybeOne<EvidenceSlot>`SELECT * FROM evidence
      WHERE case_id = ${slot.caseId} AND attempt = ${slot.attempt} AND kind = ${slot.kind}`;
  }

  async ofAttempt(tx: Transaction, caseId: string, attempt: number): Promise<EvidenceSlot[]> {
    return tx.many<EvidenceSlot>`SELECT * FROM evidence
      WHERE case_id = ${caseId} AND attempt = ${attempt} ORDER BY kind`;
  }

  /** Which of the kinds have no accepted picture yet. */
  async missing(
    tx: Transaction,
    need: Omit<SlotAddress, 'kind'> & { kinds: readonly EvidenceKind[] },
  ): Promise<EvidenceKind[]> {
    const slots = await this.ofAttempt(tx, need.caseId, need.attempt);
    return need.kinds.filter((kind) => !slots.some((slot) => slot.kind === kind && slot.objectKey !== null));
  }

  /** Puts the picture into its slot. False: the case moved on, or another upload took the version. */
  async accept(tx: Transaction, picture: AcceptedPicture): Promise<boolean> {
    const { caseId, attempt, kind, version, objectKey, ciphertextSha256, pictureDigest, fingerprint, taken } = picture;
    const { offeredDigest } = picture;
    const sealed = fingerprint?.sealed ?? null;
    const rows = await tx.run`
      INSERT INTO evidence (id, case_id, attempt, kind, version, state, object_key, ciphertext_sha256, picture_digest,
        fingerprint_sealed, fingerprint_method, fingerprint_position, taken, offered_digest)
      SELECT ${newId('ev', this.clock.now())}, id, attempt, ${kind}, ${version}::int, 'accepted', ${objectKey}, ${ciphertextSha256}, ${pictureDigest}::bytea,
          ${sealed}::bytea, ${fingerprint?.method ?? null}, CASE WHEN ${sealed}::bytea IS NOT NULL THEN nextval('evidence_fingerprint_position') END,
          ${taken ?? null}, ${offeredDigest}::bytea
        FROM recovery_cases
        WHERE id = ${caseId} AND attempt = ${attempt} AND state = 'awaiting_evidence' AND expires_at > clock_timestamp() FOR SHARE
      ON CONFLICT (case_id, attempt, kind) DO UPDATE SET version = EXCLUDED.version, state = 'accepted', reasons = '{}',
        object_key = EXCLUDED.object_key, ciphertext_sha256 = EXCLUDED.ciphertext_sha256, picture_digest = EXCLUDED.picture_digest,
        fingerprint_sealed = EXCLUDED.fingerprint_sealed, fingerprint_method = EXCLUDED.fingerprint_method,
        fingerprint_position = EXCLUDED.fingerprint_position, taken = EXCLUDED.taken, offered_digest = EXCLUDED.offered_digest, updated_at = clock_timestamp()
        WHERE evidence.version = EXCLUDED.version - 1 AND evidence.erased_at IS NULL`;
    return rows === 1;
  }

  /** For a selfie that was accepted before anybody could look at it. False: it was replaced or erased, or is known by now. */
  async addFingerprint(tx: Transaction, slot: EvidenceSlot, fingerprint: SealedFingerprint): Promise<boolean> {
    const rows = await tx.run`
      UPDATE evidence SET fingerprint_sealed = ${fingerprint.sealed}, fingerprint_method = ${fingerprint.method},
        fingerprint_position = nextval('evidence_fingerprint_position'), updated_at = clock_timestamp()
      WHERE id = ${slot.id} AND version = ${slot.version} AND object_key IS NOT NULL AND fingerprint_sealed IS NULL`;
    return rows === 1;
  }

  /**
   * Notes why the last picture was not taken. An accepted picture stays, with the version it is sealed for: a bad retake
   * does not undo a good one.
   */
  async reject(tx: Transaction, slot: SlotAddress, refused: RefusedPicture): Promise<void> {
    await tx.run`
      INSERT INTO evidence (id, case_id, attempt, kind, state, reasons, offered_digest)
      SELECT ${newId('ev', this.clock.now())}, id, attempt, ${slot.kind}, 'rejected', ${refused.reasons}, ${refused.offeredDigest}::bytea
        FROM recovery_cases
        WHERE id = ${slot.caseId} AND attempt = ${slot.attempt} AND state = 'awaiting_evidence' FOR SHARE
      ON CONFLICT (case_id, attempt, kind) DO UPDATE SET version = evidence.version + (evidence.state = 'rejected')::int,
        reasons = EXCLUDED.reasons, offered_digest = EXCLUDED.offered_digest, updated_at = clock_timestamp()
        WHERE evidence.erased_at IS NULL`;
  }

  /**
   * Whether this very picture was accepted on another case (T72). It never says which. A document on earlier cases of the
   * same person is theirs to show again; a selfie is to be taken for this case.
   */
  async seenOnAnotherCase(
    tx: Transaction,
    picture: { caseId: string; kind: EvidenceKind; digests: readonly Buffer[] },
  ): Promise<boolean> {
    const row = await tx.maybeOne<{ id: string }>`
      SELECT e.id FROM evidence e JOIN recovery_cases other ON other.id = e.case_id JOIN recovery_cases own ON own.id = ${picture.caseId}
      WHERE e.picture_digest = ANY(${picture.digests}::bytea[]) AND other.id <> own.id
        AND (other.subject_id <> own.subject_id OR 'selfie' IN (e.kind, ${picture.kind}::text)) LIMIT 1`;
    return row !== undefined;
  }
}
