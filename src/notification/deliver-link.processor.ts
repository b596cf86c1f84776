import { Processor } from '@nestjs/bullmq';
import { appendAudit } from '../audit-trail/append.js';
import { SYSTEM } from '../audit-trail/audit-event-types.js';
import { Database } from '../platform/database/database.js';
import type { Transaction } from '../platform/database/transaction.js';
import { workerOptions } from '../platform/queue/job-contract.js';
import { JobProcessor } from '../platform/queue/job-processor.js';
import { settleMail, triesToSend } from '../recovery-case/owed-mails.js';
import { RecoveryCaseRepository } from '../recovery-case/recovery-case.repository.js';
import { MAX_NOTICE_TRIES } from './owed-notices.js';
import { AddressRefusedError, MailSender, type Mail } from './mail-sender.js';
import { LinkMails } from './link-mails.js';
import { DELIVER_LINK_JOB } from './notification.jobs.js';

interface Payload {
  caseId: string;
  onlyWhen?: 'away';
  /** What somebody asked for; the first link, and a way back, have none. */
  mailId?: string;
}

/** Mails the link to start with, or to go on with, to an address on file; a link that an agent passes on is never mailed. */
@Processor(DELIVER_LINK_JOB.name, workerOptions(DELIVER_LINK_JOB))
export class DeliverLinkProcessor extends JobProcessor<Payload> {
  readonly contract = DELIVER_LINK_JOB;

  constructor(
    private readonly database: Database,
    private readonly cases: RecoveryCaseRepository,
    private readonly mails: LinkMails,
    private readonly mail: MailSender,
  ) {
    super();
  }

  /**
   * The link is made here, mailed, and forgotten. A run that finds its mail not gone makes a new one and kills the first; one
   * that finds it gone sends nothing. An address that the mail server refuses for good is passed over: the next one on file
   * gets a link, as if that one were not there.
   */
  protected async handle(payload: Payload): Promise<void> {
    const refused = new Map<string, AddressRefusedError>();
    for (;;) {
      const mail = await this.database.transaction((tx) => this.next(tx, payload, new Set(refused.keys())));
      if (!mail) break;
      const refusal = await this.mail.send(mail).catch(refusalOf);
      if (!refusal) return this.noteSent(payload, refused.size);
      refused.set(mail.to, refusal);
    }
    for (const refusal of refused.values()) throw refusal;
  }

  private async noteSent({ caseId, mailId }: Payload, addressesRefused: number): Promise<void> {
    const data = { channel: 'email', ...(addressesRefused > 0 && { addressesRefused }) };
    await this.database.transaction(async (tx) => {
      await this.cases.lockOnly(tx, caseId);
      await settleMail(tx, mailId);
      await appendAudit(tx, { chainId: caseId, type: 'link.sent', actor: SYSTEM, data });
    });
  }

  /** Undefined when nobody waits for it, or no address is left. */
  private async next(tx: Transaction, payload: Payload, refused: ReadonlySet<string>): Promise<Mail | undefined> {
    const recoveryCase = await this.cases.lock(tx, payload.caseId);
    if (!recoveryCase || (payload.mailId === undefined && (await isLinkedOtherwise(tx, payload)))) return undefined;
    if (!(await triesToSend(tx, payload.mailId))) return undefined;
    const mail = await this.mails.compose(tx, { recoveryCase, onlyWhen: payload.onlyWhen, refused });
    if (!mail && refused.size === 0) await settleMail(tx, payload.mailId);
    return mail;
  }
}

/**
 * True if an automatic link (the first one, or a way back) is no longer needed: a requested link is pending, or a
 * living link was sent. For a way back only links count that were sent since the case reached its state. The caller
 * holds the case's row.
 */
async function isLinkedOtherwise(
  tx: Transaction,
  { caseId, onlyWhen }: { caseId: string; onlyWhen?: 'away' | undefined },
): Promise<boolean> {
  const { linked } = await tx.one<{ linked: boolean }>`
    SELECT EXISTS (SELECT 1 FROM owed_mails WHERE case_id = ${caseId} AND event = 'link.requested' AND tries < ${MAX_NOTICE_TRIES})
      OR EXISTS (SELECT 1 FROM recovery_links l JOIN recovery_cases c ON c.id = l.case_id
        WHERE l.case_id = ${caseId} AND l.used_at IS NULL AND l.dead_at IS NULL AND l.expires_at > clock_timestamp()
          AND (${onlyWhen !== 'away'} OR l.created_at >= c.updated_at)
          AND EXISTS (SELECT 1 FROM audit_events a WHERE a.chain_id = l.case_id AND a.type = 'link.sent' AND a.occurred_at >= l.created_at)) AS linked`;
  return linked;
}

/** The refusal of an address. @throws what else kept the mail back */
function refusalOf(error: unknown): AddressRefusedError {
  if (error instanceof AddressRefusedError) return error;
  throw error;
}
