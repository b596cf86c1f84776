import { randomBytes } from 'node:crypto';
import { Sensitive } from '../../providers/kit/index.js';
import type { KeyRing } from '../platform/crypto/key-ring.js';
import { openWithKey, openWithRing, SealBrokenError, sealWithKey, sealWithRing } from '../platform/crypto/sealing.js';
import { ObjectCorruptError, ObjectNotFoundError } from '../platform/storage/object-store.errors.js';
import type { ObjectStore } from '../platform/storage/object-store.port.js';
import type { PortraitPlace } from './proofing-rows.js';
import { portraitKeyContext } from './sealed-account.js';

/** Every portrait's object starts so; evidence of a case never does. */
export const PORTRAIT_PREFIX = 'portraits/';

const PORTRAIT_LOST = [ObjectNotFoundError, ObjectCorruptError, SealBrokenError];

/** A portrait that lies in the object store, for a record that is still to name it. */
export interface StoredPortrait {
  objectKey: string;
  keySealed: Buffer;
}

/**
 * Portraits on their way to and from the object store, each under a data key of its own. Never to be called inside of a
 * transaction: a store that is slow would hold its locks and its connection (F23).
 */
export class PortraitStore {
  constructor(
    private readonly ring: KeyRing,
    private readonly objects: ObjectStore,
  ) {}

  /** What no record names an hour later is swept (`PortraitOrphans`). @throws ObjectStoreUnavailableError */
  async store(subjectId: string, jpeg: Uint8Array): Promise<StoredPortrait> {
    const key = randomBytes(32);
    const objectKey = `${PORTRAIT_PREFIX}${randomBytes(20).toString('hex')}`;
    await this.objects.put(objectKey, sealWithKey(key, jpeg, portraitContext(subjectId)));
    return { objectKey, keySealed: sealWithRing(this.ring, key, portraitKeyContext(subjectId)) };
  }

  /** @throws ObjectStoreUnavailableError, ObjectNotFoundError, ObjectCorruptError, SealBrokenError */
  async fetch(subjectId: string, place: PortraitPlace | undefined): Promise<Sensitive<Uint8Array> | undefined> {
    if (!place?.portraitObjectKey || !place.portraitKeySealed) return undefined;
    const key = openWithRing(this.ring, place.portraitKeySealed, portraitKeyContext(subjectId));
    const sealed = await this.objects.get(place.portraitObjectKey);
    return new Sensitive(openWithKey(key, sealed, portraitContext(subjectId)));
  }

  /** Whether this very portrait lies there. One that is gone or was altered does not. @throws ObjectStoreUnavailableError */
  async isSame(jpeg: Uint8Array, of: { subjectId: string; place: PortraitPlace | undefined }): Promise<boolean> {
    try {
      const held = await this.fetch(of.subjectId, of.place);
      return held !== undefined && Buffer.from(held.reveal()).equals(jpeg);
    } catch (error) {
      if (PORTRAIT_LOST.some((kind) => error instanceof kind)) return false;
      throw error;
    }
  }

  /** @throws ObjectStoreUnavailableError */
  async delete(objectKey: string): Promise<void> {
    await this.objects.delete(objectKey);
  }
}

const portraitContext = (subjectId: string): string => `subject:${subjectId}:portrait`;
