import { Inject, Injectable } from '@nestjs/common';
import { appendAudit } from '../audit-trail/append.js';
import { SYSTEM } from '../audit-trail/audit-event-types.js';
import { Subjects } from '../directory/subjects.js';
import { Clock } from '../platform/clock/clock.js';
import type { Config } from '../platform/config/config.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { Database } from '../platform/database/database.js';
import type { Transaction } from '../platform/database/transaction.js';
import { failpoint } from '../platform/failpoints/failpoints.js';
import { newId, newSecret } from '../platform/ids/ids.js';
import { Logger } from '../platform/logging/logger.js';
import { CONFIG } from '../platform/platform.module.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';
import { MailSender } from './mail-sender.js';
import { noticeText, type NoticeKind } from './notice-texts.js';

/** How long a notice's stop link works. */
export const NOTICE_TTL_DAYS = 7;

/** A notice that some address has not got yet; the job fails and runs again. */
export class NoticesUnsentError extends Error {
  constructor(readonly unsent: number) {
    super('notices unsent');
    this.name = 'NoticesUnsentError';
  }
}

/** Tells every address on file, each once per case and kind, however often the job runs (I10). */
@Injectable()
export class NoticeDelivery {
  constructor(
    private readonly database: Database,
    private readonly subjects: Subjects,
    private readonly ring: KeyRing,
    private readonly clock: Clock,
    private readonly mail: MailSender,
    private readonly logger: Logger,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** @throws NoticesUnsentError when an address is still to be told */
  async send(caseId: string, kind: NoticeKind): Promise<void> {
    const plan = await this.database.transaction((tx) => this.plan(tx, { caseId, kind }));
    if (!plan) return;
    let unsent = 0;
    for (const address of plan.addresses) {
      if (!(await this.sendOne({ recoveryCase: plan.recoveryCase, kind, address }))) unsent += 1;
    }
    if (unsent > 0) throw new NoticesUnsentError(unsent);
  }

  /** Rows first: what is owed survives a crash, and the sweeper sees it. */
  private async plan(
    tx: Transaction,
    entry: { caseId: string; kind: NoticeKind },
  ): Promise<{ recoveryCase: RecoveryCase; addresses: string[] } | undefined> {
    const recoveryCase = await tx.maybeOne<RecoveryCase>`SELECT * FROM recovery_cases WHERE id = ${entry.caseId}`;
    const subject = recoveryCase && (await this.subjects.find(tx, recoveryCase.subjectId));
    if (!recoveryCase || !subject) return undefined;
    const { emails, formerEmails } = subject.profile.reveal();
    const addresses = [...new Set([...emails, ...formerEmails])];
    for (const address of addresses) {
      await this.owe(tx, { ...entry, address });
    }
    return { recoveryCase, addresses };
  }

  /** One row per address, also when an earlier row was written under a key that has been rotated since. */
  private async owe(tx: Transaction, entry: { caseId: string; kind: NoticeKind; address: string }): Promise<void> {
    const { caseId, kind, address } = entry;
    await tx.run`INSERT INTO notices (id, case_id, kind, channel, address_digest)
      SELECT ${newId('ntc', this.clock.now())}, ${caseId}, ${kind}, 'email', ${this.ring.digest('lookup', `address:${address}`)}
      WHERE NOT EXISTS (SELECT 1 FROM notices WHERE case_id = ${caseId} AND kind = ${kind} AND address_digest = ANY(${this.ring.digests('lookup', `address:${address}`)}::bytea[]))
      ON CONFLICT DO NOTHING`;
  }

  private async sendOne(entry: { recoveryCase: RecoveryCase; kind: NoticeKind; address: string }): Promise<boolean> {
    const { recoveryCase, kind, address } = entry;
    const secret = newSecret();
    const claimed = await this.database.transaction(
      (tx) => tx.maybeOne<{ id: string; createdAt: Date }>`
        UPDATE notices SET tries = tries + 1, token_digest = ${this.ring.digest('token', secret)}, token_expires_at = clock_timestamp() + make_interval(days => ${NOTICE_TTL_DAYS})
        WHERE case_id = ${recoveryCase.id} AND kind = ${kind} AND address_digest = ANY(${this.ring.digests('lookup', `address:${address}`)}::bytea[]) AND sent_at IS NULL
        RETURNING id, created_at`,
    );
    if (!claimed) return true;
    const { ORGANISATION_NAME, HELP_DESK_CONTACT, PUBLIC_URL } = this.config;
    const facts = {
      organisationName: ORGANISATION_NAME,
      helpDesk: HELP_DESK_CONTACT,
      reference: recoveryCase.reference,
      at: claimed.createdAt,
      stopUrl: `${PUBLIC_URL}/notices/${secret}`,
    };
    try {
      await failpoint('mail.before_send');
      await this.mail.send({ to: address, ...noticeText(kind, facts) });
      await failpoint('mail.after_send');
    } catch (error) {
      this.logger.warn('mail_failed', { kind, error });
      return false;
    }
    await this.markSent({ noticeId: claimed.id, recoveryCase, kind });
    return true;
  }

  private async markSent(sent: { noticeId: string; recoveryCase: RecoveryCase; kind: NoticeKind }): Promise<void> {
    await this.database.transaction(async (tx) => {
      await tx.run`UPDATE notices SET sent_at = clock_timestamp() WHERE id = ${sent.noticeId}`;
      await appendAudit(tx, {
        chainId: sent.recoveryCase.id,
        type: 'notice.sent',
        actor: SYSTEM,
        data: { kind: sent.kind, noticeId: sent.noticeId },
      });
    });
  }
}
