import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../config/config.js';
import { limitWaitingForBodies } from './body-deadline.js';
import { addBodyParsers } from './body-parsers.js';
import { readBody } from './body-room.js';
import { createFastifyAdapter } from './server.js';

const SOON_MS = 200;
const config = { PUBLIC_URL: 'https://recover.example.org', TRUST_PROXY_HOPS: 0 } as Config;
let server: FastifyInstance;
let sockets: Socket[];
let answer: () => void;

beforeEach(async () => {
  sockets = [];
  server = createFastifyAdapter(config).getInstance();
  addBodyParsers(server);
  limitWaitingForBodies(server, SOON_MS);
  server.post('/document', async () => 'taken');
  const answered = new Promise<string>((resolve) => (answer = () => resolve('taken')));
  server.post('/slow', () => answered);
  const read = async (request: Parameters<typeof readBody>[0]) => {
    await readBody(request, { kind: 'picture', maxBytes: 100 });
    return 'taken';
  };
  server.post('/picture', read);
  server.post('/unread', async (_request, reply) => reply.status(401).send());
  server.post('/too-small', async (request, reply) => {
    await readBody(request, { kind: 'picture', maxBytes: 1 }).catch(() => undefined);
    return reply.status(413).send();
  });
  server.post('/push', { config: { ofPartners: true } }, read);
  await server.listen({ port: 0, host: '127.0.0.1' });
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await server.close();
});

/** Sends the head and a half of the body. */
function begin(path: string, type: string): { socket: Socket; status: Promise<string | undefined> } {
  const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1');
  sockets.push(socket.on('error', () => undefined));
  socket.write(
    `POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: ${type}\r\nContent-Length: 2\r\n\r\n1`,
  );
  return { socket, status: text(socket).then((answer) => /^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]) };
}

describe('a body that comes slowly (T87)', () => {
  it.each([
    ['/document', 'application/json'],
    ['/document', 'application/x-www-form-urlencoded'],
    ['/push', 'text/plain'],
    ['/push', 'image/jpeg'],
  ])('%s as %s is not waited for any longer than a document may take: 408', async (path, type) => {
    expect(await begin(path, type).status).toBe('408');
  });

  it('is waited for when it is a photo', async () => {
    const photo = begin('/picture', 'image/jpeg');
    expect(await begin('/document', 'application/json').status).toBe('408');
    photo.socket.write('2');
    expect(await photo.status).toBe('200');
  });

  it('is not cut off once it is there, however long the answer takes', async () => {
    const slow = begin('/slow', 'application/json');
    slow.socket.write('2');
    expect(await begin('/document', 'application/json').status).toBe('408');
    answer();
    expect(await slow.status).toBe('200');
  });

  it.each([
    ['/unread', 'Content-Length: 1000\r\n\r\n1', 'HTTP/1.1 401'],
    ['/too-small', 'Transfer-Encoding: chunked\r\n\r\n2\r\n11\r\n200\r\n1', 'HTTP/1.1 413'],
  ])('%s: once it is refused its rest is waited for no longer than a document', async (path, sent, refusal) => {
    const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1');
    sockets.push(socket.on('error', () => undefined));
    let heard = '';
    socket.on('data', (bytes) => (heard += bytes.toString()));
    socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: image/jpeg\r\n${sent}`);
    const drip = setInterval(() => socket.write('1'), SOON_MS / 4);
    await once(socket, 'close', { signal: AbortSignal.timeout(SOON_MS * 10) }).finally(() => clearInterval(drip));
    expect(heard.slice(0, refusal.length)).toBe(refusal);
  });

  it('is measured: a head has 15 seconds, and a request ten minutes', () => {
    expect([server.server.headersTimeout, server.server.requestTimeout]).toEqual([15_000, 600_000]);
  });
});
