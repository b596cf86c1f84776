import { Injectable } from '@nestjs/common';
import type { PictureFingerprints } from '../../providers/kit/index.js';
import { CaseKeys } from '../platform/crypto/case-keys.js';
import { SealBrokenError } from '../platform/crypto/sealing.js';
import { Database } from '../platform/database/database.js';
import type { Transaction } from '../platform/database/transaction.js';
import { Logger } from '../platform/logging/logger.js';
import { EvidenceSlots, type EvidenceSlot, type SealedFingerprint, type SlotAddress } from './evidence-slots.js';
import { useOf } from './evidence-store.js';
import { ADVISORY_LOCKS } from '../platform/database/advisory-locks.js';

/** Codes opened between two turns of the event loop: a few milliseconds of work. */
const PAGE_ROWS = 250;

/** What a selfie is known again by. A picture without a face has an empty code, which is like no other. */
export interface SelfieCode {
  caseId: string;
  code: Uint8Array;
  fingerprints: PictureFingerprints;
}

/** `upTo`: the position of the last code that was compared. */
export type Survey = { known: true } | { known: false; upTo: string };

interface KeptCode extends SlotAddress {
  version: number;
  position: string;
  fingerprintSealed: Buffer;
  wrappedSealed: Buffer;
}

/**
 * Recognises photographs of faces of other cases although their bytes changed (T72). There are never more than the
 * selfies of living cases and of those closed within the retention time, weeks and not months, because a code goes with
 * its picture; so they are all looked at, page by page. It never says which case a picture was on.
 */
@Injectable()
export class SelfieFingerprints {
  constructor(
    private readonly database: Database,
    private readonly keys: CaseKeys,
    private readonly slots: EvidenceSlots,
    private readonly logger: Logger,
  ) {}

  /** Compares with every code there is. */
  survey(selfie: SelfieCode): Promise<Survey> {
    return this.lookFrom('0', selfie, (after) => this.database.read((tx) => this.page(tx, selfie, after)));
  }

  /** To be called first in the transaction that accepts a picture: until it ends no other picture is accepted. */
  async oneAfterTheOther(tx: Transaction): Promise<void> {
    await tx.run`SELECT pg_advisory_xact_lock(${ADVISORY_LOCKS.acceptedSelfie})`;
  }

  /** Whether it became known since the survey. Only after {@link oneAfterTheOther}. */
  async knownSince(tx: Transaction, selfie: SelfieCode, upTo: string): Promise<boolean> {
    return (await this.lookFrom(upTo, selfie, (after) => this.page(tx, selfie, after))).known;
  }

  async seal(
    tx: Transaction,
    slot: SlotAddress & { version: number },
    { code, fingerprints }: SelfieCode,
  ): Promise<SealedFingerprint> {
    const sealed = await this.keys.seal(tx, slot.caseId, { plain: code, use: fingerprintUse(slot) });
    return { method: fingerprints.method, sealed };
  }

  /** For a selfie that was accepted while nobody could look. False: the photograph is of another case. */
  async addLater(slot: EvidenceSlot, selfie: SelfieCode): Promise<boolean> {
    const survey = await this.survey(selfie);
    if (survey.known) return false;
    return this.database.transaction(async (tx) => {
      await this.oneAfterTheOther(tx);
      if (await this.knownSince(tx, selfie, survey.upTo)) return false;
      await this.slots.addFingerprint(tx, slot, await this.seal(tx, slot, selfie));
      return true;
    });
  }

  private async lookFrom(
    start: string,
    selfie: SelfieCode,
    read: (after: string) => Promise<KeptCode[]>,
  ): Promise<Survey> {
    let upTo = start;
    let unreadable = 0;
    for (;;) {
      const page = await read(upTo);
      for (const kept of page) {
        const code = this.open(kept);
        if (!code) unreadable += 1;
        else if (selfie.fingerprints.same(selfie.code, code)) return { known: true };
      }
      upTo = page.at(-1)?.position ?? upTo;
      if (page.length < PAGE_ROWS) break;
    }
    if (unreadable > 0) this.logger.warn('fingerprint_unreadable', { count: unreadable });
    return { known: false, upTo };
  }

  private page(tx: Transaction, { caseId, fingerprints }: SelfieCode, after: string): Promise<KeptCode[]> {
    return tx.many<KeptCode>`
      SELECT e.case_id, e.attempt, e.kind, e.version, e.fingerprint_position::text AS position, e.fingerprint_sealed, k.wrapped_sealed
      FROM evidence e JOIN case_keys k ON k.case_id = e.case_id
      WHERE e.fingerprint_position > ${after}::bigint AND e.fingerprint_method = ${fingerprints.method}
        AND e.case_id <> ${caseId} AND k.wrapped_sealed IS NOT NULL
      ORDER BY e.fingerprint_position LIMIT ${PAGE_ROWS}`;
  }

  /** Undefined when it does not open. One such row must not keep everybody else from being let in. */
  private open(kept: KeptCode): Uint8Array | undefined {
    try {
      return this.keys.openWith(kept.wrappedSealed, kept.caseId, {
        sealed: kept.fingerprintSealed,
        use: fingerprintUse(kept),
      });
    } catch (error) {
      if (error instanceof SealBrokenError) return undefined;
      throw error;
    }
  }
}

const fingerprintUse = (slot: Omit<SlotAddress, 'caseId'> & { version: number }): string =>
  `${useOf(slot)}:fingerprint`;
