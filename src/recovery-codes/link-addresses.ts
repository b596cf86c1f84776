import { Injectable } from '@nestjs/common';
import { mailboxOf, withoutPlus } from '../directory/mailbox.js';
import type { Subject } from '../directory/subject.js';
import { recoveryEmails } from '../directory/account-addresses.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import type { Transaction } from '../platform/database/transaction.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';

type LinkedCase = Pick<RecoveryCase, 'id' | 'channel'>;

/** Where the links of a case went: a code, or an answer, proves something only elsewhere (NIST SP 800-63B-4, 4.2.1.2). */
@Injectable()
export class LinkAddresses {
  constructor(private readonly ring: KeyRing) {}

  async record(tx: Transaction, caseId: string, email: string): Promise<void> {
    const digests = textsOf(email).map((text) => this.ring.digest('lookup', text));
    await tx.run`INSERT INTO link_addresses (case_id, address_digest)
      SELECT ${caseId}, digest FROM unnest(${digests}::bytea[]) AS written (digest) ON CONFLICT DO NOTHING`;
  }

  /** The first of {@link others}: the address on file that may carry a code in this case. */
  async other(tx: Transaction, recoveryCase: LinkedCase, subject: Subject): Promise<string | undefined> {
    const [first] = await this.others(tx, recoveryCase, subject);
    return first;
  }

  /**
   * Addresses on file whose reader is somebody else than the reader of a link of this case: not one that is new (T48), nor
   * one whose mailbox a link went to. A link that an agent handed over went to none.
   */
  async others(tx: Transaction, recoveryCase: LinkedCase, subject: Subject): Promise<string[]> {
    const rows = await tx.many<{ addressDigest: Buffer }>`
      SELECT address_digest FROM link_addresses WHERE case_id = ${recoveryCase.id}`;
    const emails = recoveryEmails(subject);
    // A case whose link was mailed before this was written down: it went to the first.
    const [first] = rows.length === 0 && recoveryCase.channel !== 'relay' ? emails : [];
    const carried = (email: string): boolean =>
      (first !== undefined && mailboxOf(first) === mailboxOf(email)) ||
      rows.some(({ addressDigest }) => textsOf(email).some((text) => this.ring.matches('lookup', text, addressDigest)));
    return emails.filter((email) => !carried(email));
  }
}

/** As it is kept now, and as versions keep it that do not know of providers: one of them may write, and the other ask. */
const textsOf = (email: string): string[] =>
  [...new Set([mailboxOf(email), withoutPlus(email)])].map((mailbox) => `mailbox:${mailbox}`);
