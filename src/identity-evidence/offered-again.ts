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
 * What became of these very bytes when they were the last ones that were offered for the slot; undefined when they were
 * not. Whoever lost the answer gets it again (RFC 9110, section 9.2.2: PUT is idempotent), and whoever sends a photo that
 * did not work a second time hears so. Bytes that are now said to be taken in another way are looked at anew, and so are
 * those that are no picture: what they are refused with says why, and is not kept.
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
