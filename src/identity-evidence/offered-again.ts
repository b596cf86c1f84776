import { createHash } from 'node:crypto';
import type { KeyRing } from '../platform/crypto/key-ring.js';
import type { CaptureReason } from './capture-reasons.js';
import type { EvidenceSlot } from './evidence-slots.js';
import type { HowTaken } from './how-taken.js';

export interface PictureDigests {
  active: Buffer;
  all: Buffer[];
}

/** Keyed hashes of a picture's bytes under every key of the ring. They die with the pictures of their case. */
export function pictureDigests(ring: KeyRing, bytes: Uint8Array): PictureDigests {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { active: ring.digest('picture', sha256), all: ring.digests('picture', sha256) };
}

/**
 * The earlier outcome for these very bytes, if they were the last ones offered for the slot; else undefined. A client
 * that lost the answer gets it again (RFC 9110, section 9.2.2: PUT is idempotent), and a photo that failed fails again.
 * Bytes that now claim another origin are checked anew. So are bytes that are no picture: their refusal carries a
 * reason that is not stored.
 */
export function answerBefore(
  slot: EvidenceSlot | undefined,
  offered: { sent: PictureDigests; taken?: HowTaken },
): { accepted: boolean; reasons: CaptureReason[] } | undefined {
  if (!slot || !isLastOffered(slot, offered.sent)) return undefined;
  if (slot.reasons.includes('not_a_picture')) return undefined;
  if (slot.reasons.length > 0) return { accepted: false, reasons: slot.reasons };
  return slot.objectKey !== null && slot.taken === (offered.taken ?? null)
    ? { accepted: true, reasons: [] }
    : undefined;
}

export function isLastOffered({ offeredDigest }: EvidenceSlot, sent: PictureDigests): boolean {
  return offeredDigest !== null && sent.all.some((digest) => digest.equals(offeredDigest));
}
