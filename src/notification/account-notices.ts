import { Inject, Injectable } from '@nestjs/common';
import { addressDigest, isDigestOfAddress } from '../directory/address-digests.js';
import { addressesToTell } from '../directory/account-addresses.js';
import { Subjects } from '../directory/subjects.js';
import { Clock } from '../platform/clock/clock.js';
import type { Config } from '../platform/config/config.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { Database } from '../platform/database/database.js';
import type { Transaction } from '../platform/database/transaction.js';
import { Logger } from '../platform/logging/logger.js';
import { CONFIG } from '../platform/platform.module.js';
import { mailFrame } from './mail-frame.js';
import { MailSender, type Mail } from './mail-sender.js';
import { accountText } from './notice-texts.js';
import { NoticesUnsentError } from './notices-unsent.errors.js';
import type { SubjectChange } from './subject-changes.js';

/** What of an account is told; `noticeId` is missing from the jobs of an earlier version, which wrote nothing down. */
export interface AccountNotice {
  subjectId: string;
  change: SubjectChange;
  noticeId?: string;
}

interface Owed {
  since: Date;
  addresses: string[];
}

/**
 * Tells every address on file, old ones too, of a change to the account (T48). Each is told by itself, so that one that
 * refuses mail keeps the others from nothing. Which of them were told is kept until all are, so that a job that runs
 * again writes to the others only.
 */
@Injectable()
export class AccountNotices {
  constructor(
    private readonly database: Database,
    private readonly subjects: Subjects,
    private readonly mail: MailSender,
    private readonly clock: Clock,
    private readonly ring: KeyRing,
    private readonly logger: Logger,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** @throws NoticesUnsentError when an address is still to be told */
  async send(notice: AccountNotice): Promise<void> {
    const owed = await this.database.transaction((tx) => this.owedOf(tx, notice));
    if (!owed) return;
    const text = accountText(mailFrame(this.config), notice.change, owed.since);
    let unsent = 0;
    for (const to of owed.addresses) if (!(await this.sendOne({ to, ...text }, notice))) unsent += 1;
    if (unsent > 0) throw new NoticesUnsentError(unsent);
    await this.database.transaction((tx) => settle(tx, notice));
  }

  /** Nothing, where all that was owed has been told. */
  private async owedOf(tx: Transaction, { subjectId, noticeId }: AccountNotice): Promise<Owed | undefined> {
    const written =
      noticeId === undefined
        ? { since: this.clock.now() }
        : await tx.maybeOne<{ since: Date }>`UPDATE account_notices SET tries = tries + 1
            WHERE id = ${noticeId}::bigint AND subject_id = ${subjectId} RETURNING owed_since AS since`;
    if (!written) return undefined;
    const subject = await this.subjects.find(tx, subjectId);
    const addresses = subject ? addressesToTell(subject) : [];
    const told = noticeId === undefined ? [] : await toldDigests(tx, noticeId);
    const wasTold = (to: string): boolean => told.some((digest) => isDigestOfAddress(this.ring, to, digest));
    return { since: written.since, addresses: addresses.filter((to) => !wasTold(to)) };
  }

  private async sendOne(mail: Mail, { noticeId, change }: AccountNotice): Promise<boolean> {
    try {
      await this.mail.send(mail);
    } catch (error) {
      this.logger.warn('mail_failed', { kind: change, error });
      return false;
    }
    if (noticeId !== undefined) await this.database.transaction((tx) => this.keep(tx, { noticeId, to: mail.to }));
    return true;
  }

  private async keep(tx: Transaction, told: { noticeId: string; to: string }): Promise<void> {
    await tx.run`INSERT INTO account_notices_told (notice_id, address_digest)
      SELECT id, ${addressDigest(this.ring, told.to)} FROM account_notices WHERE id = ${told.noticeId}::bigint FOR KEY SHARE
      ON CONFLICT DO NOTHING`;
  }
}

async function toldDigests(tx: Transaction, noticeId: string): Promise<Buffer[]> {
  const rows = await tx.many<{ digest: Buffer }>`
    SELECT address_digest AS digest FROM account_notices_told WHERE notice_id = ${noticeId}::bigint`;
  return rows.map(({ digest }) => digest);
}

/** Nothing is owed any more, and whom it was owed to is forgotten with it. */
async function settle(tx: Transaction, { noticeId }: AccountNotice): Promise<void> {
  if (noticeId !== undefined) await tx.run`DELETE FROM account_notices WHERE id = ${noticeId}::bigint`;
}
