import { Injectable } from '@nestjs/common';
import { addressDigests } from '../directory/address-digests.js';
import { Subjects } from '../directory/subjects.js';
import { vouchingAddresses } from '../directory/account-addresses.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import type { Transaction } from '../platform/database/transaction.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';
import { approvedSince } from './approved-since.js';

/** What tells of an approval that waits, with a way to stop it. */
const TELLS_OF_HOLD = ['recovery_held', 'confirmation_needed'];

export interface ToldOfHold {
  /** There is an address to tell. Nobody waits for a notice where there is none. */
  owed: boolean;
  /** Since the first notice of the approval that stands was handed over; absent when none was. */
  sinceSeconds?: number;
  /** Somebody was told of an earlier approval of the attempt, before it was taken back. */
  before: boolean;
}

/** Whether anybody was told of a hold: one of which nobody knows protects nobody. */
@Injectable()
export class HoldNotices {
  constructor(
    private readonly ring: KeyRing,
    private readonly subjects: Subjects,
  ) {}

  /**
   * Whether the attempt's notices of the hold went out. One address that took its notice is enough: another may bounce
   * for good. It counts if it may vouch for the account now, or could when it took the notice: its reader had a chance to
   * stop the case. Otherwise a change of the record would keep the owner's case waiting until it ends.
   */
  async toldOf(
    tx: Transaction,
    { id: caseId, attempt, subjectId }: Pick<RecoveryCase, 'id' | 'attempt' | 'subjectId'>,
  ): Promise<ToldOfHold> {
    const subject = await this.subjects.find(tx, subjectId);
    const addresses = subject ? vouchingAddresses(subject) : [];
    if (addresses.length === 0) return { owed: false, before: false };
    const digests = addressDigests(this.ring, addresses);
    const since = (await approvedSince(tx, { caseId, attempt })) ?? 'infinity';
    const { seconds, before } = await tx.one<{ seconds: number | null; before: boolean }>`
      SELECT extract(epoch FROM clock_timestamp() - min(sent_at) FILTER (WHERE sent_at >= ${since}::timestamptz))::float8 AS seconds,
        COALESCE(bool_or(LEAST(first_sent_at, sent_at) < ${since}::timestamptz), false) AS before
      FROM notices WHERE case_id = ${caseId} AND attempt = ${attempt} AND kind = ANY(${TELLS_OF_HOLD})
        AND (vouched OR address_digest = ANY(${digests}::bytea[]))`;
    return seconds === null ? { owed: true, before } : { owed: true, sinceSeconds: seconds, before };
  }
}
