import { Inject, Injectable } from '@nestjs/common';
import { createSecretKey, randomBytes } from 'node:crypto';
import { Sensitive } from '../../providers/kit/index.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { openWithKey, openWithRing, SealBrokenError, sealWithKey, sealWithRing } from '../platform/crypto/sealing.js';
import { Database } from '../platform/database/database.js';
import type { Transaction } from '../platform/database/transaction.js';
import { OBJECT_STORE } from '../platform/platform.module.js';
import { ObjectCorruptError, ObjectNotFoundError } from '../platform/storage/object-store.errors.js';
import type { ObjectStore } from '../platform/storage/object-store.port.js';
import { portraitKeyContext } from './sealed-account.js';

/** Every portrait's object starts so; evidence of a case never does. */
export const PORTRAIT_PREFIX = 'portraits/';

const PORTRAIT_LOST = [ObjectNotFoundError, ObjectCorruptError, SealBrokenError];

/** A portrait that lies in the object store, for a record that is still to name it. */
export interface StoredPortrait {
  objectKey: string;
  keySealed: Buffer;
}

/** A portrait that was sent, beside the one on file; `objectKey` says which that was. */
export interface ComparedPortrait {
  objectKey: string | null;
  same: boolean;
}

/** Where a record's portrait lies, and the key it is under. */
interface PortraitPlace {
  portraitObjectKey: string | null;
  portraitKeySealed: Buffer | null;
}

/**
 * Stores and reads the portraits of proofing records, each under a data key of its own. No database connection is held
 * while the object store answers: one that is slow would hold its locks, too (F23).
 */
@Injectable()
export class Portraits {
  constructor(
    private readonly ring: KeyRing,
    @Inject(OBJECT_STORE) private readonly objects: ObjectStore,
    private readonly database: Database,
  ) {}

  /** @throws ObjectStoreUnavailableError, ObjectNotFoundError, ObjectCorruptError, SealBrokenError */
  async read(subjectId: string): Promise<Sensitive<Uint8Array> | undefined> {
    return this.fetch(subjectId, await this.database.read((tx) => placeOf(tx, subjectId)));
  }

  /**
   * Whether this very portrait is the account's, and which one it was compared with. One that is gone or was altered is not.
   * Undefined for an account that is not there. @throws ObjectStoreUnavailableError
   */
  async compare(subjectId: string, jpeg: Uint8Array): Promise<ComparedPortrait | undefined> {
    const place = await this.database.read((tx) => placeOf(tx, subjectId));
    if (!place) return undefined;
    const held = await this.fetch(subjectId, place).catch((error: unknown) => {
      if (PORTRAIT_LOST.some((kind) => error instanceof kind)) return undefined;
      throw error;
    });
    return {
      objectKey: place.portraitObjectKey,
      same: held !== undefined && Buffer.from(held.reveal()).equals(jpeg),
    };
  }

  /** Whether the account's portrait is still the one that another was compared with. */
  async isStill(tx: Transaction, subjectId: string, { objectKey }: ComparedPortrait): Promise<boolean> {
    return (await placeOf(tx, subjectId))?.portraitObjectKey === objectKey;
  }

  /**
   * For a record that is put after it; what no record names an hour later is swept (`PortraitOrphans`).
   * @throws ObjectStoreUnavailableError
   */
  async store(subjectId: string, jpeg: Uint8Array): Promise<StoredPortrait> {
    const key = randomBytes(32);
    const objectKey = `${PORTRAIT_PREFIX}${randomBytes(20).toString('hex')}`;
    await this.objects.put(objectKey, sealWithKey(createSecretKey(key), jpeg, portraitContext(subjectId)));
    return { objectKey, keySealed: sealWithRing(this.ring, key, portraitKeyContext(subjectId)) };
  }

  /** Removes a portrait that no record names any more. @throws ObjectStoreUnavailableError */
  async delete(objectKey: string): Promise<void> {
    await this.objects.delete(objectKey);
  }

  private async fetch(subjectId: string, place: PortraitPlace | undefined): Promise<Sensitive<Uint8Array> | undefined> {
    if (!place?.portraitObjectKey || !place.portraitKeySealed) return undefined;
    const key = openWithRing(this.ring, place.portraitKeySealed, portraitKeyContext(subjectId));
    const sealed = await this.objects.get(place.portraitObjectKey);
    return new Sensitive(openWithKey(createSecretKey(key), sealed, portraitContext(subjectId)));
  }
}

/** Undefined for an account that is not there. */
const placeOf = (tx: Transaction, subjectId: string): Promise<PortraitPlace | undefined> =>
  tx.maybeOne<PortraitPlace>`
    SELECT r.portrait_object_key, r.portrait_key_sealed
    FROM subjects s LEFT JOIN proofing_records r ON r.subject_id = s.id WHERE s.id = ${subjectId}`;

const portraitContext = (subjectId: string): string => `subject:${subjectId}:portrait`;
