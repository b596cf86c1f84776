import { Injectable } from '@nestjs/common';
import { addressDigests } from '../directory/address-digests.js';
import type { Subject } from '../directory/subject.js';
import { Subjects } from '../directory/subjects.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import type { Transaction } from '../platform/database/transaction.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';

/** What tells of an approval that waits, with a way to stop it. */
const TELLS_OF_HOLD = ['recovery_held', 'confirmation_needed'];

export interface ToldOfHold {
  /** There is an address to tell. Nobody waits for a notice where there is none. */
  owed: boolean;
  /** Since the first notice was handed over; absent when none was. */
  sinceSeconds?: number;
}

/** Whether anybody was told of a hold: one of which nobody knows protects nobody. */
@Injectable()
export class HoldNotices {
  constructor(
    private readonly ring: KeyRing,
    private readonly subjects: Subjects,
  ) {}

  /** Of the attempt. One address that took its notice is enough: another may bounce for good. */
  async standing(
    tx: Transaction,
    { id, attempt, subjectId }: Pick<RecoveryCase, 'id' | 'attempt' | 'subjectId'>,
  ): Promise<ToldOfHold> {
    const subject = await this.subjects.find(tx, subjectId);
    const addresses = subject ? await this.vouching(tx, subject) : [];
    if (addresses.length === 0) return { owed: false };
    const digests = addressDigests(this.ring, addresses);
    const { seconds } = await tx.one<{ seconds: number | null }>`
      SELECT extract(epoch FROM clock_timestamp() - min(sent_at))::float8 AS seconds FROM notices
      WHERE case_id = ${id} AND attempt = ${attempt} AND kind = ANY(${TELLS_OF_HOLD}) AND sent_at IS NOT NULL
        AND address_digest = ANY(${digests}::bytea[])`;
    return seconds === null ? { owed: true } : { owed: true, sinceSeconds: seconds };
  }

  /**
   * Addresses on file whose notice counts: not one that was added this week, or that somebody added and took away again, while
   * there are others (T48).
   */
  private async vouching(tx: Transaction, subject: Subject): Promise<string[]> {
    const settled = await this.subjects.recoveryEmails(tx, subject);
    if (settled.length > 0) return settled;
    const told = await this.subjects.addressesToTell(tx, subject);
    const { emails } = subject.profile.reveal();
    const former = told.filter((address) => !emails.includes(address));
    return former.length > 0 ? former : told;
  }
}
