import { Inject, Injectable } from '@nestjs/common';
import { Problem } from '../platform/errors/problem.js';
import { ImageRefusedError, type ImageSanitiser } from '../platform/pictures/image-sanitiser.js';
import { IMAGE_SANITISER } from '../platform/pictures/pictures.module.js';

/** Why a picture could not be compared later, in codes; empty if it can be, or if no check was possible just now. */
export type PortraitLook = (jpeg: Uint8Array) => Promise<readonly string[]>;

/** Whoever can look at faces brings the look; the directory knows nobody who can. */
@Injectable()
export class PortraitLooks {
  look: PortraitLook = async () => [];
}

/**
 * Accepts a portrait for a proofing record. A portrait without exactly one usable face would send every later recovery
 * of this account to a reviewer, and the locked-out person could not fix it. So the sender is told now.
 */
@Injectable()
export class ReferencePortraits {
  constructor(
    private readonly looks: PortraitLooks,
    @Inject(IMAGE_SANITISER) private readonly sanitiser: ImageSanitiser,
  ) {}

  /**
   * The picture as it is kept. One that is held already was taken before, whatever looks ask today: who sends it again, as a
   * nightly job does, is refused nothing. @throws Problem picture_refused
   */
  async take(bytes: Uint8Array, isHeld: (jpeg: Uint8Array) => Promise<boolean>): Promise<Uint8Array> {
    const jpeg = await this.sanitise(bytes);
    if (await isHeld(jpeg)) return jpeg;
    const faults = await this.looks.look(jpeg);
    if (faults.length === 0) return jpeg;
    throw new Problem('picture_refused', {
      errors: faults.map((code) => ({
        pointer: '/portrait',
        code,
        detail:
          'No later selfie could be compared with this portrait. Send one with a single, clear face, from the front.',
      })),
    });
  }

  private async sanitise(bytes: Uint8Array): Promise<Uint8Array> {
    try {
      return (await this.sanitiser.sanitise(bytes)).jpeg;
    } catch (error) {
      throw error instanceof ImageRefusedError
        ? new Problem('picture_refused', { detail: error.reason, cause: error })
        : error;
    }
  }
}
