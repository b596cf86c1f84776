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
import { settleMail, triesToSend } from '../recovery-case/owed-mails.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';
import { Policies } from '../policy/policies.js';
import { RecoveryCaseRepository } from '../recovery-case/recovery-case.repository.js';
import { ISSUED_CODE_SECONDS, IssuedCodes } from '../recovery-codes/issued-codes.js';
import { LinkAddresses } from '../recovery-codes/link-addresses.js';
import { MailSender, type Mail } from './mail-sender.js';
import { mailFrame } from './mail-frame.js';
import { codeText } from './notice-texts.js';
import { DELIVER_CODE_JOB } from './notification.jobs.js';

interface Payload {
  caseId: string;
  attempt: number;
  /** Without it the code was asked for by an earlier version. */
  mailId?: string;
}

/** Mails a recovery code to an address on file that no link of the case went to (SP 800-63B-4, 4.2.1.2). */
@Processor(DELIVER_CODE_JOB.name, workerOptions(DELIVER_CODE_JOB))
export class DeliverCodeProcessor extends JobProcessor<Payload> {
  readonly contract = DELIVER_CODE_JOB;

  constructor(
    private readonly database: Database,
    private readonly cases: RecoveryCaseRepository,
    private readonly subjects: Subjects,
    private readonly policies: Policies,
    private readonly codes: IssuedCodes,
    private readonly addresses: LinkAddresses,
    private readonly mail: MailSender,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    super();
  }

  /**
   * The code is made here, mailed, and forgotten. A run that finds its mail not gone makes a new code and ends the first; one
   * that finds it gone sends nothing.
   */
  protected async handle({ caseId, attempt, mailId }: Payload): Promise<void> {
    const mail = await this.database.transaction(async (tx) => {
      const recoveryCase = await this.cases.lock(tx, caseId);
      if (!recoveryCase || !(await triesToSend(tx, mailId))) return undefined;
      const composed = await this.compose(tx, recoveryCase, attempt);
      if (!composed) await settleMail(tx, mailId);
      return composed;
    });
    if (!mail) return;
    await this.mail.send(mail);
    await this.database.transaction(async (tx) => {
      await this.cases.lockOnly(tx, caseId);
      await settleMail(tx, mailId);
      const data = { channel: 'email', attempt };
      await appendAudit(tx, { chainId: caseId, type: 'recovery_code.sent', actor: SYSTEM, data });
    });
  }

  private async compose(tx: Transaction, recoveryCase: RecoveryCase, attempt: number): Promise<Mail | undefined> {
    const { id: caseId } = recoveryCase;
    if (recoveryCase.state !== 'awaiting_evidence' || recoveryCase.attempt !== attempt) return undefined;
    const subject = await this.subjects.find(tx, recoveryCase.subjectId);
    const to = subject?.status === 'active' ? await this.addresses.other(tx, recoveryCase, subject) : undefined;
    const code = to === undefined ? undefined : await this.codes.issue(tx, { caseId, attempt });
    if (to === undefined || code === undefined) return undefined;
    const frame = mailFrame(this.config, await this.policies.copyOf(tx, recoveryCase));
    const { reference } = recoveryCase;
    return { to, ...codeText(frame, { reference, code, minutes: ISSUED_CODE_SECONDS / 60 }) };
  }
}
