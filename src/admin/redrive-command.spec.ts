import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Config } from '../platform/config/config.js';
import { redriveDeadLetters } from './redrive-command.js';

const sockets: Socket[] = [];
let server: Server;
let says: string;

beforeEach(async () => {
  server = createServer((socket) => {
    sockets.push(socket.on('error', () => undefined));
    if (says !== '') socket.on('data', () => socket.write(says));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  server.close();
});

describe('dead letters of a queue that does not answer', () => {
  it.each([
    ['is away', undefined],
    ['says nothing', ''],
    ['refuses the password', '-WRONGPASS invalid username-password pair\r\n'],
  ])('are not waited for when it %s', async (_how, answer) => {
    says = answer ?? '';
    const port = answer === undefined ? 1 : (server.address() as AddressInfo).port;
    const config = { REDIS_URL: `redis://regain:secret@127.0.0.1:${port}` } as Config;
    const redriven = redriveDeadLetters(config, { queueNames: ['collect'], answerWithinMs: 100 });
    await expect(redriven).rejects.toThrow(/^the queue does not answer: REDIS_URL/);
  });
});
