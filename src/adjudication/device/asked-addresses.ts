import { Injectable } from '@nestjs/common';
import { isDigestOfAddress } from '../../directory/address-digests.js';
import { Subjects } from '../../directory/subjects.js';
import { KeyRing } from '../../platform/crypto/key-ring.js';
import type { Transaction } from '../../platform/database/transaction.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { LinkAddresses } from '../../recovery-codes/link-addresses.js';

/**
 * Chooses the addresses whose answer to the question counts. The answer proves something only if its reader is not the
 * reader of the link: the owner of the link's mailbox also has the browser of the flow, and the number that it shows (T33).
 */
@Injectable()
export class AskedAddresses {
  constructor(
    private readonly ring: KeyRing,
    private readonly subjects: Subjects,
    private readonly linkAddresses: LinkAddresses,
  ) {}

  /** Whether the notice went to an address that may still vouch: a link may have gone there since, or the address be gone. */
  async counts(tx: Transaction, recoveryCase: RecoveryCase, noticeId: string): Promise<boolean> {
    const notice = await tx.maybeOne<{ addressDigest: Buffer }>`
      SELECT address_digest FROM notices WHERE id = ${noticeId} AND case_id = ${recoveryCase.id}`;
    const subject = notice && (await this.subjects.find(tx, recoveryCase.subjectId));
    if (!notice || !subject) return false;
    const addresses = await this.linkAddresses.others(tx, recoveryCase, subject);
    return addresses.some((address) => isDigestOfAddress(this.ring, address, notice.addressDigest));
  }
}
