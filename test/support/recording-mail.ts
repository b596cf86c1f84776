import { MailSender, type Mail } from '../../src/notification/mail-sender.js';

/** A mail server that keeps what it takes and can refuse some mails for a while. */
export class RecordingMail extends MailSender {
  readonly taken: Mail[] = [];
  refusing: (mail: Mail) => boolean = () => false;

  protected async handOver(mail: Mail): Promise<void> {
    if (this.refusing(mail)) throw new Error(`550 <${mail.to}> refused`);
    this.taken.push(mail);
  }
}
