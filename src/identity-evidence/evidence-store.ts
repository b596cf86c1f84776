import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { CaseKeys } from '../platform/crypto/case-keys.js';
import { Database } from '../platform/database/database.js';
import { OBJECT_STORE } from '../platform/platform.module.js';
import type { ObjectStore } from '../platform/storage/object-store.port.js';
import type { EvidenceSlot, SlotAddress } from './evidence-slots.js';

/** Every object of this module starts so; a portrait of the directory never does. */
export const EVIDENCE_PREFIX = 'evidence/';

export interface StoredPicture {
  objectKey: string;
  ciphertextSha256: string;
}

/** Bytes of evidence on their way to and from the object store: sealed before they leave, checked when they return. */
@Injectable()
export class EvidenceStore {
  constructor(
    private readonly database: Database,
    private readonly keys: CaseKeys,
    @Inject(OBJECT_STORE) private readonly objects: ObjectStore,
  ) {}

  /** Seals for exactly this slot and version and stores under a new random key. @throws ObjectStoreUnavailableError */
  async put(slot: SlotAddress & { version: number }, jpeg: Uint8Array): Promise<StoredPicture> {
    const sealed = await this.database.read((tx) => this.keys.seal(tx, slot.caseId, { plain: jpeg, use: useOf(slot) }));
    const objectKey = `${EVIDENCE_PREFIX}${randomBytes(20).toString('hex')}`;
    const { sha256 } = await this.objects.put(objectKey, sealed);
    return { objectKey, ciphertextSha256: sha256 };
  }

  /**
   * The sealed bytes, proven to be the ones this slot remembers.
   * @throws ObjectStoreUnavailableError, ObjectNotFoundError, ObjectCorruptError
   */
  async fetch(slot: EvidenceSlot & { objectKey: string }): Promise<Uint8Array> {
    return this.objects.get(
      slot.objectKey,
      slot.ciphertextSha256 === null ? undefined : { sha256: slot.ciphertextSha256 },
    );
  }

  async delete(objectKey: string): Promise<void> {
    await this.objects.delete(objectKey);
  }

  list(cursor?: string): ReturnType<ObjectStore['list']> {
    return this.objects.list(EVIDENCE_PREFIX, { cursor });
  }
}

/** What the ciphertext is bound to besides its case: moved to another slot or rolled back, it does not open. */
export const useOf = (slot: Omit<SlotAddress, 'caseId'> & { version: number }): string =>
  `evidence:${slot.attempt}:${slot.kind}:${slot.version}`;
