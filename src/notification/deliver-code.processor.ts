import { Processor } from '@nestjs/bullmq';
import { Inject } from '@nestjs/common';
import { appendAudit } from '../audit-trail/append.js';
import { SYSTEM } from '../audit-trail/audit-event-types.js';
import { Subjects } from '../directory/subjects.js';
import type { Config } from '../platform/config/config.js';
import { Database } from '../platform/database/database.js';
import type { Transaction } from '../platform/database/transaction.js';
import { CONFIG } from '../platform/platform.module.js';
import { workerOptions } from '../platform/queue/job-contract.js';
import { JobProcessor } from '../platform/queue/job-processor.js';
import { RecoveryCaseRepository } from '../recovery-case/recovery-case.repository.js';
import { ISSUED_CODE_SECONDS, IssuedCodes } from '../recovery-codes/issued-codes.js';
import { LinkAddresses } from '../recovery-codes/link-addresses.js';
import { MailSender, type Mail } from './mail-sender.js';
import { codeText } from './notice-texts.js';
import { DELIVER_CODE_JOB } from './notification.jobs.js';

interface Payload {
  caseId: string;
  attempt: number;
}

/** Mails a recovery code to an address on file that no link of the case went to (SP 800-63B-4, 4.2.1.2). */
@Processor(DELIVER_CODE_JOB.name, workerOptions(DELIVER_CODE_JOB))
export class DeliverCodeProcessor extends JobProcessor<Payload> {
  readonly contract = DELIVER_CODE_JOB;

  constructor(
    private readonly database: Database,
    private readonly cases: RecoveryCaseRepository,
    private readonly subjects: Subjects,
    private readonly codes: IssuedCodes,
    private readonly addresses: LinkAddresses,
    private readonly mail: MailSender,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    super();
  }

  /** The code is made here, mailed, and forgotten; a second run makes a new one and ends the first. */
  protected async handle({ caseId, attempt }: Payload): Promise<void> {
    const mail = await this.database.transaction((tx) => this.compose(tx, { caseId, attempt }));
    if (!mail) return;
    await this.mail.send(mail);
    await this.database.transaction((tx) =>
      appendAudit(tx, {
        chainId: caseId,
        type: 'recovery_code.sent',
        actor: SYSTEM,
        data: { channel: 'email', attempt },
      }),
    );
  }

  private async compose(tx: Transaction, { caseId, attempt }: Payload): Promise<Mail | undefined> {
    const recoveryCase = await this.cases.lock(tx, caseId);
    if (recoveryCase?.state !== 'awaiting_evidence' || recoveryCase.attempt !== attempt) return undefined;
    const subject = await this.subjects.find(tx, recoveryCase.subjectId);
    const to = subject?.status === 'active' ? await this.addresses.other(tx, recoveryCase, subject) : undefined;
    const code = to === undefined ? undefined : await this.codes.issue(tx, { caseId, attempt });
    if (to === undefined || code === undefined) return undefined;
    const { ORGANISATION_NAME: organisationName, HELP_DESK_CONTACT: helpDesk } = this.config;
    const { reference } = recoveryCase;
    return { to, ...codeText({ organisationName, helpDesk, reference, code, minutes: ISSUED_CODE_SECONDS / 60 }) };
  }
}
