import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { MailSender, type Mail } from './mail-sender.js';

export interface StoredMail extends Mail {
  id: string;
  links: string[];
  sentAt: string;
}

/** The embedded profile's mail: one line of JSON each in a file of mode 0600, shown on the admin port. */
export class DevMailbox extends MailSender {
  constructor(
    private readonly file: string,
    private readonly now: () => Date,
  ) {
    super();
  }

  protected async handOver(mail: Mail): Promise<void> {
    const links = mail.text.match(/https?:\/\/\S+/g) ?? [];
    const stored: StoredMail = { ...mail, id: String(this.read().length + 1), links, sentAt: this.now().toISOString() };
    appendFileSync(this.file, `${JSON.stringify(stored)}\n`, { mode: 0o600 });
  }

  /** Newest first. */
  read(to?: string): StoredMail[] {
    if (!existsSync(this.file)) return [];
    const lines = readFileSync(this.file, 'utf8').split('\n').filter(Boolean);
    const mails = lines.map((line) => JSON.parse(line) as StoredMail).reverse();
    return to === undefined ? mails : mails.filter((mail) => mail.to === to);
  }
}
