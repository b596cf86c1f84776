import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export interface ReceivedMail {
  to: string;
  text: string;
}

/** A mail server that keeps what it takes, or refuses everything (RFC 5321 as far as nodemailer speaks it). */
export class MailStub {
  readonly mails: ReceivedMail[] = [];
  down = false;

  private constructor(
    private readonly server: Server,
    private readonly onMail: (mail: ReceivedMail) => void,
  ) {
    server.on('connection', (socket) => this.#serve(socket));
  }

  static async start(onMail: (mail: ReceivedMail) => void = () => undefined): Promise<MailStub> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new MailStub(server, onMail);
  }

  get url(): string {
    return `smtp://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Newest first. */
  linksFor(address: string): string[] {
    return this.mails
      .filter(({ to }) => to === address)
      .flatMap(({ text }) => /https?:\/\/[\w.:-]+\/r\/[\w-]+/.exec(text)?.[0] ?? [])
      .reverse();
  }

  async close(): Promise<void> {
    this.server.close();
  }

  #serve(socket: Socket): void {
    let to = '';
    let body: string | undefined;
    let rest = '';
    const say = (line: string): void => void socket.write(`${line}\r\n`);
    socket.on('error', () => socket.destroy());
    say(this.down ? '421 not now' : '220 stub');
    socket.on('data', (bytes) => {
      rest += bytes.toString('latin1');
      for (let end = rest.indexOf('\r\n'); end >= 0; end = rest.indexOf('\r\n')) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        if (body !== undefined && line !== '.') body += `${line}\r\n`;
        else if (body !== undefined) {
          const mail = { to, text: plain(body) };
          this.mails.push(mail);
          this.onMail(mail);
          body = undefined;
          say('250 taken');
        } else if (this.down) say('451 not now');
        else if (/^RCPT TO/i.test(line)) {
          to = /<([^>]*)>/.exec(line)?.[1] ?? '';
          say('250 ok');
        } else if (/^DATA/i.test(line)) {
          body = '';
          say('354 go on');
        } else if (/^QUIT/i.test(line)) {
          say('221 bye');
          socket.end();
        } else say('250 ok');
      }
    });
  }
}

/** Quoted-printable (RFC 2045, 6.7) and doubled dots undone. */
const plain = (body: string): string =>
  Buffer.from(
    body
      .replaceAll(/^\.\./gm, '.')
      .replaceAll(/=\r\n/g, '')
      .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('utf8');
