import { Injectable } from '@nestjs/common';
import { Sensitive } from '../../providers/kit/index.js';
import { CaseKeys } from '../platform/crypto/case-keys.js';
import { Database } from '../platform/database/database.js';
import type { Transaction } from '../platform/database/transaction.js';
import { EvidenceSlots, type EvidenceSlot, type SlotAddress } from './evidence-slots.js';
import { EvidenceStore, useOf } from './evidence-store.js';

type WithConnection = <Result>(work: (tx: Transaction) => Promise<Result>) => Promise<Result>;

/** Pictures of a case, decrypted on demand: sanitised JPEG bytes. Undefined when there is no accepted one. */
@Injectable()
export class EvidenceReader {
  constructor(
    private readonly database: Database,
    private readonly keys: CaseKeys,
    private readonly slots: EvidenceSlots,
    private readonly store: EvidenceStore,
  ) {}

  /** @throws ObjectStoreUnavailableError, ObjectNotFoundError, ObjectCorruptError, SealBrokenError, CaseShreddedError */
  async read(tx: Transaction, slot: SlotAddress): Promise<Sensitive<Uint8Array> | undefined> {
    return this.load(slot, (work) => work(tx));
  }

  /** The same without holding a database connection while the object store answers: for long-running work. */
  async readUnhurried(slot: SlotAddress): Promise<Sensitive<Uint8Array> | undefined> {
    return this.load(slot, (work) => this.database.read(work));
  }

  private async load(address: SlotAddress, connected: WithConnection): Promise<Sensitive<Uint8Array> | undefined> {
    const slot = await connected((tx) => this.slots.find(tx, address));
    if (!slot || !hasObject(slot)) return undefined;
    const sealed = await this.store.fetch(slot);
    return new Sensitive<Uint8Array>(
      await connected((tx) => this.keys.open(tx, slot.caseId, { sealed, use: useOf(slot) })),
    );
  }
}

const hasObject = (slot: EvidenceSlot): slot is EvidenceSlot & { objectKey: string } => slot.objectKey !== null;
