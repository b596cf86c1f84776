import { createTransport, type Transporter } from 'nodemailer';
import { failpoint } from '../platform/failpoints/failpoints.js';
import { inSpan } from '../platform/telemetry/tracing.js';

export interface Mail {
  to: string;
  subject: string;
  text: string;
}

/** Hands mail over. Delivery after that is the mail server's. */
export abstract class MailSender {
  /** @throws Error when the mail was not taken over; the caller tries again later. */
  async send(mail: Mail): Promise<void> {
    await failpoint('mail.before_send');
    await inSpan({ kind: 'mail', subject: 'send' }, () => this.handOver(mail));
    await failpoint('mail.after_send');
  }

  protected abstract handOver(mail: Mail): Promise<void>;
  async close(): Promise<void> {}
}

const TIMEOUT_MS = 15_000;

/** SMTP through nodemailer, which builds the MIME: no header is ever put together by hand (T10). */
export class SmtpMailSender extends MailSender {
  readonly #transport: Transporter;

  constructor(
    url: string,
    private readonly from: string,
  ) {
    super();
    this.#transport = createTransport(url, { from });
    Object.assign(this.#transport.options, {
      connectionTimeout: TIMEOUT_MS,
      greetingTimeout: TIMEOUT_MS,
      socketTimeout: TIMEOUT_MS,
    });
  }

  protected async handOver(mail: Mail): Promise<void> {
    await this.#transport.sendMail({
      from: this.from,
      to: mail.to,
      subject: mail.subject,
      text: mail.text,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }

  override async close(): Promise<void> {
    this.#transport.close();
  }
}
