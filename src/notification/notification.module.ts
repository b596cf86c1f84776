import { Module } from '@nestjs/common';
import { join } from 'node:path';
import { AdjudicationModule } from '../adjudication/adjudication.module.js';
import { DirectoryModule } from '../directory/directory.module.js';
import { FlowSessionModule } from '../flow-session/flow-session.module.js';
import { PasskeyRegistrationModule } from '../passkey-registration/passkey-registration.module.js';
import { Clock } from '../platform/clock/clock.js';
import type { Config } from '../platform/config/config.js';
import { CONFIG, PlatformModule } from '../platform/platform.module.js';
import { PolicyModule } from '../policy/policy.module.js';
import { RecoveryCaseModule } from '../recovery-case/recovery-case.module.js';
import { RecoveryRequestModule } from '../recovery-request/recovery-request.module.js';
import { RecoveryCodesModule } from '../recovery-codes/recovery-codes.module.js';
import { DeliverCodeProcessor } from './deliver-code.processor.js';
import { DeliverLinkProcessor } from './deliver-link.processor.js';
import { DevMailbox } from './dev-mailbox.js';
import { MailSender, SmtpMailSender } from './mail-sender.js';
import { NoticeConfirmation } from './notice-confirmation.js';
import { CaseNotices } from './case-notices.js';
import { LinkMails } from './link-mails.js';
import { NoticesController } from './notices.controller.js';
import { NoticeReader } from './notice-reader.js';
import { OwedNotices } from './owed-notices.js';
import { Repudiation } from './repudiation.js';
import { SendNoticesProcessor } from './send-notices.processor.js';
import { SessionStopController } from './session-stop.controller.js';
import { AccountNotices } from './account-notices.js';
import { TellAccountProcessor } from './tell-account.processor.js';

/** SMTP when it is configured; the configuration refuses production without it. */
function createMailSender(config: Config, clock: Clock): MailSender {
  if (config.SMTP_URL) return new SmtpMailSender(config.SMTP_URL, config.MAIL_FROM);
  return new DevMailbox(join(config.DATA_DIR, 'mail.jsonl'), () => clock.now());
}

@Module({
  imports: [PlatformModule],
  providers: [{ provide: MailSender, inject: [CONFIG, Clock], useFactory: createMailSender }],
  exports: [MailSender],
})
export class MailModule {}

@Module({
  imports: [
    MailModule,
    RecoveryCaseModule,
    FlowSessionModule,
    RecoveryRequestModule,
    RecoveryCodesModule,
    DirectoryModule,
    PolicyModule,
  ],
  providers: [
    OwedNotices,
    CaseNotices,
    AccountNotices,
    LinkMails,
    SendNoticesProcessor,
    DeliverCodeProcessor,
    DeliverLinkProcessor,
    TellAccountProcessor,
  ],
})
export class NotificationWorkerModule {}

@Module({
  imports: [RecoveryCaseModule, FlowSessionModule, AdjudicationModule, PasskeyRegistrationModule],
  providers: [Repudiation, NoticeConfirmation, NoticeReader],
  controllers: [NoticesController, SessionStopController],
  exports: [Repudiation, NoticeConfirmation, NoticeReader],
})
export class NotificationApiModule {}
