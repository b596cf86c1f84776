import { Inject, Injectable } from '@nestjs/common';
import { ProviderError, type EvidenceKind, type PictureFingerprints } from '../../providers/kit/index.js';
import { appendAudit } from '../audit-trail/append.js';
import { APPLICANT } from '../audit-trail/audit-event-types.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { Database } from '../platform/database/database.js';
import { postgresErrorCode } from '../platform/database/database-errors.js';
import type { Transaction } from '../platform/database/transaction.js';
import { PAUSED_CODE } from '../platform/errors/paused.js';
import { Problem } from '../platform/errors/problem.js';
import { Logger } from '../platform/logging/logger.js';
import {
  ImageRefusedError,
  SanitiserUnavailableError,
  type ImageSanitiser,
  type SanitisedImage,
} from '../platform/pictures/image-sanitiser.js';
import { IMAGE_SANITISER } from '../platform/pictures/pictures.module.js';
import { Metrics } from '../platform/telemetry/metrics.js';
import type { CaptureCheck } from './capture-check.js';
import type { CaptureReason } from './capture-reasons.js';
import { EvidenceSlots, type SlotAddress } from './evidence-slots.js';
import { EvidenceStore, type StoredPicture } from './evidence-store.js';
import { isSaidToBeCameras, type HowTaken } from './how-taken.js';
import { answerBefore, isLastOffered, pictureDigests, type PictureDigests } from './offered-again.js';
import { pictureFaults } from './picture-quality.js';
import { SelfieFingerprints, type SelfieCode } from './selfie-fingerprints.js';

export interface OfferedPicture extends SlotAddress {
  bytes: Uint8Array;
  /** From the case's policy: the demo's pictures may be used on many cases. */
  allowRepeated: boolean;
  /** As its sender says. */
  taken?: HowTaken;
  /** From the case's policy: a selfie has to be said to be a camera's. */
  cameraNeeded?: boolean;
  captureCheck?: CaptureCheck;
  /** Absent where nobody can tell a photograph again: then only the same bytes are known (T72). */
  fingerprints?: PictureFingerprints;
}

export interface IntakeAnswer {
  kind: EvidenceKind;
  accepted: boolean;
  reasons: CaptureReason[];
  /** The same bytes were the last ones here, and this is what became of them: nothing was looked at or kept again. */
  repeated: boolean;
}

/** A picture and its keyed hashes as it was sent. */
type SentPicture = OfferedPicture & { sent: PictureDigests };

/**
 * Takes one picture from a browser and stores it sealed (docs/adr/0006). Its way is: child process → a quick look →
 * sealed → object → slot. Nothing unsealed is ever written down. A fault anywhere leaves at most an object that no row
 * points to, which the sweep removes.
 */
@Injectable()
export class EvidenceIntake {
  constructor(
    private readonly database: Database,
    private readonly ring: KeyRing,
    private readonly slots: EvidenceSlots,
    private readonly store: EvidenceStore,
    private readonly fingerprints: SelfieFingerprints,
    @Inject(IMAGE_SANITISER) private readonly sanitiser: ImageSanitiser,
    private readonly logger: Logger,
    private readonly metrics: Metrics,
  ) {}

  /**
   * The same picture twice is one piece of evidence, and the second answer is the first (F22).
   * @throws Problem unsupported_media_type | body_too_large | picture_refused | version_conflict | dependency_unavailable
   * @throws ObjectStoreUnavailableError
   */
  async receive(picture: OfferedPicture): Promise<IntakeAnswer> {
    const offered = { ...picture, sent: pictureDigests(this.ring, picture.bytes) };
    if (offered.cameraNeeded && offered.kind === 'selfie' && !isSaidToBeCameras(offered.taken))
      return this.refuse(offered, ['camera_needed']);
    return (await this.answerAgain(offered)) ?? this.lookAndKeep(offered);
  }

  private async answerAgain(offered: SentPicture): Promise<IntakeAnswer | undefined> {
    const before = answerBefore(await this.database.read((tx) => this.slots.find(tx, offered)), offered);
    return before && { kind: offered.kind, ...before, repeated: true };
  }

  private async lookAndKeep(offered: SentPicture): Promise<IntakeAnswer> {
    const picture = await this.sanitise(offered);
    if (picture === 'too_small') return this.refuse(offered, ['low_resolution']);
    const digests = pictureDigests(this.ring, picture.jpeg);
    const reasons = await this.look(offered, { picture, digests });
    if (reasons.length > 0) return this.refuse(offered, reasons);
    const selfie = await this.recognise(offered, picture.jpeg);
    const survey = selfie && (await this.fingerprints.survey(selfie));
    if (survey?.known) return this.refuse(offered, ['same_photo']);
    const compared = selfie && survey && { selfie, upTo: survey.upTo };
    const kept = await this.keep(offered, { jpeg: picture.jpeg, digests, compared });
    if (kept === 'repeated') return this.refuse(offered, ['same_photo']);
    if (kept === 'moved_on') return this.answerAfterAll(offered);
    this.metrics.pictures.inc({ kind: offered.kind, outcome: 'accepted', taken: offered.taken ?? 'not_said' });
    if (offered.kind !== 'document_back')
      this.metrics.flowSteps.inc({ step: offered.kind === 'selfie' ? 'selfie_accepted' : 'document_accepted' });
    return { kind: offered.kind, accepted: true, reasons: [], repeated: false };
  }

  /** Somebody was faster: with this very picture, whose sender did not wait for the first answer, or with another. */
  private async answerAfterAll(offered: SentPicture): Promise<IntakeAnswer> {
    const answer = await this.answerAgain(offered);
    if (!answer) throw new Problem('version_conflict');
    return answer;
  }

  /**
   * What a selfie is known again by. Undefined when nobody could look just now: that is made up for before a result is
   * asked for, and there is none without it.
   */
  private async recognise(offered: OfferedPicture, jpeg: Uint8Array): Promise<SelfieCode | undefined> {
    const { caseId, fingerprints } = offered;
    if (offered.kind !== 'selfie' || offered.allowRepeated || !fingerprints) return undefined;
    try {
      return { caseId, fingerprints, code: (await fingerprints.of(jpeg)) ?? new Uint8Array() };
    } catch (error) {
      if (error instanceof ProviderError) return undefined;
      throw error;
    }
  }

  private async sanitise(offered: SentPicture): Promise<SanitisedImage | 'too_small'> {
    try {
      return await this.sanitiser.sanitise(offered.bytes);
    } catch (error) {
      if (error instanceof SanitiserUnavailableError)
        throw new Problem('dependency_unavailable', { cause: error, retryAfterSeconds: 2 });
      if (!(error instanceof ImageRefusedError)) throw error;
      if (error.reason === 'too_small') return 'too_small';
      await this.refuse(offered, ['not_a_picture'], error.reason);
      throw refusalProblem(error);
    }
  }

  private async look(
    offered: SentPicture,
    seen: { picture: SanitisedImage; digests: PictureDigests },
  ): Promise<CaptureReason[]> {
    const faults = pictureFaults(offered.kind, seen.picture);
    if (faults.length > 0) return faults;
    const repeated =
      !offered.allowRepeated &&
      (await this.database.read((tx) => this.slots.seenOnAnotherCase(tx, { ...offered, digests: seen.digests.all })));
    if (repeated) return ['same_photo'];
    return offered.captureCheck ? this.advise(offered, offered.captureCheck, seen.picture.jpeg) : [];
  }

  private async advise(slot: SentPicture, look: CaptureCheck, jpeg: Uint8Array): Promise<CaptureReason[]> {
    const found = await look.check(slot.kind, jpeg);
    if (found.length === 0 || !found.every((reason) => look.advises.has(reason))) return found;
    const before = await this.database.read((tx) => this.slots.find(tx, slot));
    // One that was sent twice at once is not the next one.
    if (before?.state !== 'rejected' || isLastOffered(before, slot.sent)) return found;
    return before.reasons.some((reason) => look.advises.has(reason)) ? [] : found;
  }

  private async refuse(slot: SentPicture, reasons: CaptureReason[], detail?: string): Promise<IntakeAnswer> {
    // What is refused for how it came was not looked at, and may come in another way.
    const offeredDigest = reasons.includes('camera_needed') ? null : slot.sent.active;
    await this.database.transaction(async (tx) => {
      await this.slots.reject(tx, slot, { reasons, offeredDigest });
      const data = { kind: slot.kind, attempt: slot.attempt, reasons, ...(detail ? { detail } : {}) };
      await appendAudit(tx, { chainId: slot.caseId, type: 'evidence.rejected', actor: APPLICANT, data });
    });
    this.metrics.pictures.inc({ kind: slot.kind, outcome: 'refused', taken: slot.taken ?? 'not_said' });
    for (const reason of reasons) this.metrics.pictureRefusals.inc({ kind: slot.kind, reason });
    return { kind: slot.kind, accepted: false, reasons, repeated: false };
  }

  /**
   * The old object goes only after the new one is the slot's: at no instant is the slot without its bytes. `repeated`: the
   * picture was accepted on another case in the meantime.
   */
  private async keep(slot: SentPicture, picture: SeenPicture): Promise<Taking> {
    const before = await this.database.read((tx) => this.slots.find(tx, slot));
    if (answerBefore(before, slot)?.accepted) return 'moved_on';
    const version = (before?.version ?? 0) + 1;
    const stored = await this.store.put({ ...slot, version }, picture.jpeg);
    const outcome = await this.database
      .transaction((tx) => this.take(tx, { ...slot, ...stored, version }, picture))
      .catch(async (error: unknown) => {
        // After any other failure the slot may have it nonetheless.
        if (postgresErrorCode(error) === PAUSED_CODE) await this.discard(stored.objectKey);
        throw error;
      });
    if (outcome !== 'taken') await this.discard(stored.objectKey);
    if (outcome === 'taken' && before?.objectKey) await this.discard(before.objectKey);
    return outcome;
  }

  private async take(
    tx: Transaction,
    slot: SentPicture & StoredPicture & { version: number },
    { digests, compared }: SeenPicture,
  ): Promise<Taking> {
    if (!slot.allowRepeated) {
      await this.fingerprints.oneAfterTheOther(tx);
      if (await this.slots.seenOnAnotherCase(tx, { ...slot, digests: digests.all })) return 'repeated';
      if (compared && (await this.fingerprints.knownSince(tx, compared.selfie, compared.upTo))) return 'repeated';
    }
    const fingerprint = compared && (await this.fingerprints.seal(tx, slot, compared.selfie));
    const accepted = { ...slot, pictureDigest: digests.active, offeredDigest: slot.sent.active, fingerprint };
    if (!(await this.slots.accept(tx, accepted))) return 'moved_on';
    await appendAudit(tx, {
      chainId: slot.caseId,
      type: 'evidence.accepted',
      actor: APPLICANT,
      data: {
        kind: slot.kind,
        attempt: slot.attempt,
        version: slot.version,
        ...(slot.taken && { taken: slot.taken }),
      },
    });
    return 'taken';
  }

  /** A failure here costs nothing but the sweep's time. */
  private async discard(objectKey: string): Promise<void> {
    try {
      await this.store.delete(objectKey);
    } catch (error) {
      this.logger.warn('dependency_unavailable', { error });
    }
  }
}

/** A picture that nothing speaks against so far. */
interface SeenPicture {
  jpeg: Uint8Array;
  digests: PictureDigests;
  /** A selfie that was compared with those of other cases, and how far. */
  compared?: { selfie: SelfieCode; upTo: string };
}

type Taking = 'taken' | 'repeated' | 'moved_on';

function refusalProblem(error: ImageRefusedError): Problem {
  if (error.reason === 'unsupported_format') return new Problem('unsupported_media_type', { cause: error });
  if (error.reason === 'too_large') return new Problem('body_too_large', { cause: error });
  return new Problem('picture_refused', {
    cause: error,
    errors: [{ pointer: '', code: error.reason, detail: 'Take the photo again, as a JPEG, PNG or WebP picture.' }],
  });
}
