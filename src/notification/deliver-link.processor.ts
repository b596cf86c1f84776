import { Processor } from '@nestjs/bullmq';
import { Inject } from '@nestjs/common';
import { appendAudit } from '../audit-trail/append.js';
import { SYSTEM } from '../audit-trail/audit-event-types.js';
import { Subjects } from '../directory/subjects.js';
import { FlowSessions } from '../flow-session/flow-sessions.js';
import type { Config } from '../platform/config/config.js';
import { Database } from '../platform/database/database.js';
import type { Transaction } from '../platform/database/transaction.js';
import { CONFIG } from '../platform/platform.module.js';
import { workerOptions } from '../platform/queue/job-contract.js';
import { JobProcessor } from '../platform/queue/job-processor.js';
import { Policies } from '../policy/policies.js';
import { MAIL_LANGUAGE, wordsIn } from '../policy/policy-copy.js';
import { RecoveryCaseRepository } from '../recovery-case/recovery-case.repository.js';
import { RecoveryLinks } from '../recovery-request/recovery-links.js';
import { LinkAddresses } from '../recovery-codes/link-addresses.js';
import { MailSender, type Mail } from './mail-sender.js';
import { linkText, returnText } from './notice-texts.js';
import { DELIVER_LINK_JOB } from './notification.jobs.js';

interface Payload {
  caseId: string;
  onlyWhen?: 'away';
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

  /** The link is made here, mailed, and forgotten; a second run makes a new one and kills the first. */
  protected async handle(payload: Payload): Promise<void> {
    const mail = await this.database.transaction((tx) => this.compose(tx, payload));
    if (!mail) return;
    await this.mail.send(mail);
    await this.database.transaction((tx) =>
      appendAudit(tx, { chainId: payload.caseId, type: 'link.sent', actor: SYSTEM, data: { channel: 'email' } }),
    );
  }

  private async compose(tx: Transaction, { caseId, onlyWhen }: Payload): Promise<Mail | undefined> {
    const recoveryCase = await this.cases.lock(tx, caseId);
    if (!recoveryCase || recoveryCase.closedAt || recoveryCase.channel === 'relay') return undefined;
    if (onlyWhen === 'away' && (await this.flows.anyLiving(tx, caseId))) return undefined;
    const subject = await this.subjects.find(tx, recoveryCase.subjectId);
    const [to] = subject ? await this.subjects.recoveryEmails(tx, subject) : [];
    if (to === undefined) return undefined;
    const { limits } = await this.policies.strictest(tx, recoveryCase);
    await this.addresses.record(tx, caseId, to);
    const link = await this.links.issue(tx, { caseId, ttlSeconds: limits.linkTtlSeconds, actor: SYSTEM });
    const copy = await this.policies.copyOf(tx, recoveryCase);
    const { ORGANISATION_NAME: organisationName, HELP_DESK_CONTACT: helpDesk } = this.config;
    return {
      to,
      ...(recoveryCase.state === 'link_sent' ? linkText : returnText)({
        ...wordsIn(copy, MAIL_LANGUAGE, { organisationName, helpDesk }),
        reference: recoveryCase.reference,
        link,
        minutes: Math.max(1, Math.round(limits.linkTtlSeconds / 60)),
      }),
    };
  }
}
