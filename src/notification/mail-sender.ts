import { createTransport, type Transporter } from 'nodemailer';
import { failpoint } from '../platform/failpoints/failpoints.js';
import { inSpan } from '../platform/telemetry/tracing.js';

export interface Mail {
  to: string;
  subject: string;
  text: string;
}

/** The mail server takes nothing for this address, now or later: there is no such mailbox, or it is closed. */
export class AddressRefusedError extends Error {
  override readonly name = 'AddressRefusedError';

  constructor(cause: unknown) {
    super('the mail server refuses the address', { cause });
  }
}

/** Hands mail over. Delivery after that is the mail server's. */
export abstract class MailSender {
  /** @throws AddressRefusedError; any other Error when the mail was not taken over, and the caller tries again later */
  async send(mail: Mail): Promise<void> {
    await failpoint('mail.before_send');
    await inSpan({ kind: 'mail', subject: 'send' }, () => this.handOver(mail));
    await failpoint('mail.after_send');
  }

  protected abstract handOver(mail: Mail): Promise<void>;
  async close(): Promise<void> {}
}

/** How long a server may take to be reached and to greet, and then to answer each command. */
const SILENT_MS = 15_000;

/** SMTP through nodemailer, which builds the MIME: no header is ever put together by hand (T10). */
export class SmtpMailSender extends MailSender {
  readonly #transport: Transporter;

  constructor(
    url: string,
    private readonly from: string,
    { silentMs = SILENT_MS } = {},
  ) {
    super();
    const patience = { connectionTimeout: silentMs, greetingTimeout: silentMs, socketTimeout: silentMs };
    this.#transport = createTransport({ url, ...patience }, { from });
  }

  protected async handOver(mail: Mail): Promise<void> {
    const sending = this.#transport.sendMail({
      from: this.from,
      to: mail.to,
      subject: mail.subject,
      text: mail.text,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    await sending.catch((error: unknown) => {
      throw refusesAddress(error) ? new AddressRefusedError(error) : error;
    });
  }

  override async close(): Promise<void> {
    this.#transport.close();
  }
}

/** What nodemailer says of a reply. */
interface SmtpFailure {
  code?: string;
  command?: string;
  response?: string;
}

/**
 * For good, and because of the address: RFC 3463 has 5.1.x for addresses and 5.2.1 for mailboxes that are closed (a full one
 * is emptied some day, and anybody can fill it); without such a code, what RFC 5321 (4.2.3) gives these replies for. Any
 * other refusal, of who sends or of a relay, is one of every address.
 */
function refusesAddress(error: unknown): boolean {
  const { code, command, response = '' } = error as SmtpFailure;
  if (code !== 'EENVELOPE' || command !== 'RCPT TO') return false;
  const [, enhanced] = /^5\d\d[ -](5\.\d+\.\d+)\b/.exec(response) ?? [];
  return enhanced === undefined ? /^55[013][ -]/.test(response) : /^5\.(1\.\d+|2\.[01])$/.test(enhanced);
}
