import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SmtpMailSender } from './mail-sender.js';

const LINK = 'https://recover.example.org/r/secret-of-a-link';

/** A server that offers no STARTTLS, or from whose answer somebody on the way took the offer out. */
describe('a mail server without STARTTLS', () => {
  let server: Server;
  let heard: string;

  beforeEach(async () => {
    heard = '';
    server = createServer((socket) => {
      let inBody = false;
      socket.on('error', () => socket.destroy());
      socket.write('220 here\r\n');
      socket.on('data', (bytes) => {
        heard += bytes.toString('latin1');
        if (inBody && !heard.endsWith('\r\n.\r\n')) return;
        const line = bytes.toString('latin1');
        inBody = /^DATA/m.test(line);
        if (/^QUIT/m.test(line)) socket.end('221 bye\r\n');
        else if (/^STARTTLS/m.test(line)) socket.write('502 not here\r\n');
        else socket.write(inBody ? '354 go on\r\n' : '250 ok\r\n');
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => void server.close());

  async function send(query: string): Promise<unknown> {
    const sender = new SmtpMailSender(`smtp://127.0.0.1:${(server.address() as AddressInfo).port}${query}`, 'a@x.org');
    const sent = await sender.send({ to: 'to@example.org', subject: 'x', text: LINK }).catch((error: unknown) => error);
    await sender.close();
    return sent;
  }

  it('is handed a link in clear when nothing is said of it', async () => {
    expect(await send('')).toBeUndefined();
    expect(heard).toContain('secret-of-a-link');
  });

  it('is handed nothing with requireTLS', async () => {
    expect(await send('?requireTLS=true')).toMatchObject({ code: 'ETLS' });
    expect(heard).not.toContain('secret-of-a-link');
    expect(heard).not.toMatch(/^(MAIL|RCPT|DATA)/m);
  });
});

describe('a mail server that says nothing', () => {
  const sockets: Socket[] = [];
  let server: Server;
  let greeting: string;

  beforeEach(async () => {
    server = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => socket.destroy());
      socket.write(greeting);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
    server.close();
  });

  it.each([
    ['at all', ''],
    ['after its greeting', '220 here\r\n'],
  ])('%s is given up, so that the mail is tried again', async (_when, said) => {
    greeting = said;
    const { port } = server.address() as AddressInfo;
    const sender = new SmtpMailSender(`smtp://127.0.0.1:${port}`, 'a@x.org', { silentMs: 50 });
    const sending = sender.send({ to: 'to@example.org', subject: 'x', text: LINK });
    await expect(sending).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    await sender.close();
  });
});
