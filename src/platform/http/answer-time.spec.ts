import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { eventually } from '../../../scripts/harness/eventually.js';
import type { Config } from '../config/config.js';
import { answerTime, noteEndsOfBodies } from './answer-time.js';
import { addBodyParsers } from './body-parsers.js';
import { readBody } from './body-room.js';
import { createFastifyAdapter } from './server.js';

const SLOW_MS = 300;
let server: FastifyInstance;
let measured: number[];

beforeEach(async () => {
  measured = [];
  server = createFastifyAdapter({ TRUST_PROXY_HOPS: 0 } as Config).getInstance();
  addBodyParsers(server);
  noteEndsOfBodies(server);
  server.addHook('onResponse', async (request, reply) => void measured.push(answerTime(request, reply.elapsedTime)));
  server.post('/read', async () => 'taken');
  server.post('/photo', async (request) => {
    await readBody(request, { kind: 'picture', maxBytes: 100 });
    return 'taken';
  });
  server.post('/slow', async () => {
    await passed(performance.now(), SLOW_MS);
    return 'taken';
  });
  await server.listen({ port: 0, host: '127.0.0.1' });
});
afterEach(() => server.close());

const passed = (since: number, ms: number): Promise<boolean> =>
  eventually(`${ms} ms are over`, async () => performance.now() - since > ms);

/** How long an answer was measured to take, and how long it took since the last byte was sent. */
async function ask(path: string, type: string, sendingMs: number): Promise<{ ms: number; sinceSentMs: number }> {
  const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1');
  const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: ${type}\r\n`;
  socket.write(`${head}Content-Length: 2\r\n\r\n1`);
  await passed(performance.now(), sendingMs);
  const sent = performance.now();
  socket.write('2');
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 200/);
  const ms = await eventually('it is measured', async () => measured[0]);
  return { ms, sinceSentMs: performance.now() - sent };
}

describe('the time of an answer', () => {
  it.each([
    ['/read', 'application/json'],
    ['/photo', 'image/jpeg'],
  ])('%s: is not that of a slow line', async (path, type) => {
    const { ms, sinceSentMs } = await ask(path, type, SLOW_MS);
    expect(ms).toBeLessThan(sinceSentMs);
  });

  it('is that of slow work on a body that came at once', async () => {
    expect((await ask('/slow', 'application/json', 0)).ms).toBeGreaterThan(SLOW_MS);
  });
});
