import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mailFindings } from './mail-check.js';

const PASSWORD = 'Zq81kfLmmP2';
const RIGHT = Buffer.from(`\0regain\0${PASSWORD}`).toString('base64');
const WAIT_MS = 4_000;

let server: Server;
let sockets: Socket[];
let heard: string;

beforeEach(async () => {
  [sockets, heard] = [[], ''];
  server = createServer((socket) => {
    sockets.push(socket.on('error', () => undefined));
    socket.write('220 here\r\n');
    socket.on('data', (bytes) => {
      const line = bytes.toString();
      heard += line;
      if (/^EHLO/.test(line)) socket.write('250-here\r\n250 AUTH PLAIN\r\n');
      else if (/^AUTH/.test(line)) socket.write(line.includes(RIGHT) ? '235 in\r\n' : '535 no\r\n');
      else socket.write('502 no\r\n');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  server.close();
});

describe('the mail server', () => {
  it.each([
    ['', 'ok takes mail of anybody'],
    [`regain:${PASSWORD}@`, 'ok lets us sign in'],
    ['regain:other@', 'fault the server refuses our sign-in'],
    [`regain:${PASSWORD}@`, 'fault makes no TLS connection that can be trusted', '?requireTLS=true'],
  ])('is asked as when a mail is sent: %#', async (of, finding, search = '') => {
    const { port } = server.address() as AddressInfo;
    const found = await mailFindings(`smtp://${of}127.0.0.1:${port}${search}`, WAIT_MS);
    expect(`${found?.verdict} ${found?.detail}`).toBe(finding);
    expect(heard).not.toMatch(/^(MAIL|RCPT|DATA)/m);
  });
});
