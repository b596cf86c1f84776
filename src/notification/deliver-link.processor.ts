import { Processor } from '@nestjs/bullmq';
import { Inject } from '@nestjs/common';
import { appendAudit } from '../audit-trail/append.js';
import { SYSTEM } from '../audit-trail/audit-event-types.js';
import { recoveryEmails } from '../directory/account-addresses.js';
import { Subjects } from '../directory/subjects.js';
import { FlowSessions } from '../flow-session/flow-sessions.js';
import type { Config } from '../platform/config/config.js';
import { Database } from '../platform/database/database.js';
import type { Transaction } from '../platform/database/transaction.js';
import { CONFIG } from '../platform/platform.module.js';
import { workerOptions } from '../platform/queue/job-contract.js';
import { JobProcessor } from '../platform/queue/job-processor.js';
import { Policies } from '../policy/policies.js';
import { settleMail, triesToSend } from '../recovery-case/owed-mails.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';
import { RecoveryCaseRepository } from '../recovery-case/recovery-case.repository.js';
import { RecoveryLinks } from '../recovery-request/recovery-links.js';
import { LinkAddresses } from '../recovery-codes/link-addresses.js';
import { MAX_NOTICE_TRIES } from './case-notices.js';
import { AddressRefusedError, MailSender, type Mail } from './mail-sender.js';
import { mailFrame } from './mail-frame.js';
import { linkText, returnText } from './notice-texts.js';
import { DELIVER_LINK_JOB } from './notification.jobs.js';

interface Payload {
  caseId: string;
  onlyWhen?: 'away';
  /** What somebody asked for; the first link, and a way back, have none. */
  mailId?: string;
}

interface Wanted {
  recoveryCase: RecoveryCase;
  onlyWhen?: 'away' | undefined;
  refused: ReadonlySet<string>;
}

/** Mails the link to start with, or to go on with, to an address on file; a link that an agent passes on is never mailed. */
@Processor(DELIVER_LINK_JOB.name, workerOptions(DELIVER_LINK_JOB))
export class DeliverLinkProcessor extends JobProcessor<Payload> {
  readonly contract = DELIVER_LINK_JOB;

  constructor(
    private readonly database: Database,
    private readonly cases: RecoveryCaseRepository,
    private readonly subjects: Subjects,
    private readonly policies: Policies,
    private readonly links: RecoveryLinks,
    private readonly flows: FlowSessions,
    private readonly addresses: LinkAddresses,
    private readonly mail: MailSender,
    @Inject(CONFIG) private readonly config: Config,
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
    const mail = await this.compose(tx, { recoveryCase, onlyWhen: payload.onlyWhen, refused });
    if (!mail && refused.size === 0) await settleMail(tx, payload.mailId);
    return mail;
  }

  /**
   * Every address that was tried counts as one that received a link: a refused address gets no code and no question
   * either, because it is uncertain which of several tries arrived.
   */
  private async compose(tx: Transaction, { recoveryCase, onlyWhen, refused }: Wanted): Promise<Mail | undefined> {
    const { id: caseId } = recoveryCase;
    if (recoveryCase.closedAt || recoveryCase.channel === 'relay') return undefined;
    if (onlyWhen === 'away' && (await this.flows.isLiving(tx, { caseId }))) return undefined;
    const subject = await this.subjects.find(tx, recoveryCase.subjectId);
    const onFile = subject ? recoveryEmails(subject) : [];
    const to = onFile.find((email) => !refused.has(email));
    if (to === undefined) return undefined;
    const { limits } = await this.policies.strictest(tx, recoveryCase);
    await this.addresses.record(tx, caseId, to);
    const link = await this.links.issue(tx, { caseId, ttlSeconds: limits.linkTtlSeconds, actor: SYSTEM });
    const copy = await this.policies.copyOf(tx, recoveryCase);
    return {
      to,
      ...(recoveryCase.state === 'link_sent' ? linkText : returnText)(mailFrame(this.config, copy), {
        reference: recoveryCase.reference,
        link,
        minutes: Math.max(1, Math.round(limits.linkTtlSeconds / 60)),
      }),
    };
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
