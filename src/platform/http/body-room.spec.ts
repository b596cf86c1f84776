import { request as httpRequest, type ClientRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { eventually } from '../../../scripts/harness/eventually.js';
import type { Config } from '../config/config.js';
import { Problem } from '../errors/problem.js';
import { addBodyParsers } from './body-parsers.js';
import { BODY_ROOM, readBody } from './body-room.js';
import { createFastifyAdapter } from './server.js';

const MEBIBYTE = 1024 * 1024;
/** Whoever waits for the body does not answer. */
const UNANSWERED_MS = 3_000;
const config = { TRUST_PROXY_HOPS: 0, REQUEST_TIMEOUT_SECONDS: 30 } as Config;

let server: FastifyInstance;
let begun: ClientRequest[];
let letIn: boolean;

beforeEach(async () => {
  begun = [];
  letIn = true;
  server = createFastifyAdapter(config).getInstance();
  addBodyParsers(server);
  server.setErrorHandler((error, _request, reply) =>
    reply.status(error instanceof Problem ? error.status : 500).send(),
  );
  // Where Nest runs its guards.
  server.addHook('preHandler', async () => {
    if (!letIn) throw new Problem('flow_ended');
  });
  const sizeOf = (kind: 'picture' | 'push') => async (request: Parameters<typeof readBody>[0]) => ({
    bytes: (await readBody(request, { kind, maxBytes: 10 * MEBIBYTE })).length,
  });
  server.post('/picture', sizeOf('picture'));
  server.post('/push', { config: { ofPartners: true } }, sizeOf('push'));
  server.post('/document', async (request) => ({ is: request.body }));
  await server.listen({ port: 0, host: '127.0.0.1' });
});
afterEach(async () => {
  for (const one of begun) one.destroy();
  await server.close();
});

const TYPES = { '/picture': 'image/jpeg', '/push': 'application/json', '/document': 'application/json' } as const;

/** Sends the head alone. */
function begin(path: keyof typeof TYPES, bytes: number): Promise<number | undefined> & { sent: ClientRequest } {
  const { port } = server.server.address() as AddressInfo;
  const headers = { 'content-type': TYPES[path], 'content-length': String(bytes) };
  const sent = httpRequest({ port, host: '127.0.0.1', path, method: 'POST', headers });
  begun.push(sent);
  const status = new Promise<number | undefined>((resolve) => {
    sent.once('response', ({ statusCode }) => resolve(statusCode));
    sent.once('error', () => resolve(undefined));
    sent.setTimeout(UNANSWERED_MS, () => resolve(undefined));
  });
  sent.flushHeaders();
  return Object.assign(status, { sent });
}

/** Begins as many bodies as have room and one more, which is refused; gives the others. */
async function fill(path: keyof typeof TYPES, kind: keyof typeof BODY_ROOM): Promise<ClientRequest[]> {
  const each = path === '/document' ? 256 * 1024 : 10 * MEBIBYTE;
  const all = Array.from({ length: Math.floor(BODY_ROOM[kind] / each) + 1 }, () => begin(path, each));
  const refused = await Promise.race(all.map((one) => one.then((status) => ({ status, sent: one.sent }))));
  expect(refused.status).toBe(503);
  return all.flatMap(({ sent }) => (sent === refused.sent ? [] : [sent]));
}

const sendWhole = async (path: keyof typeof TYPES, bytes: number): Promise<boolean> => {
  const one = begin(path, bytes);
  one.sent.end(Buffer.alloc(bytes, '1'));
  return (await one) === 200;
};

describe('a body that may be large (T87)', () => {
  it.each(['/picture', '/push'] as const)('%s: a guard refuses before a byte of it is sent', async (path) => {
    letIn = false;
    expect(await begin(path, 9 * MEBIBYTE)).toBe(401);
  });

  it.each(['/picture', '/push'] as const)('%s: larger than it may be, it is refused unread', async (path) => {
    expect(await begin(path, 10 * MEBIBYTE + 1)).toBe(413);
  });
});

describe('the room for bodies of one process (T87)', () => {
  it.each([
    ['/picture', 'picture', '/document'],
    ['/push', 'push', '/picture'],
    ['/document', 'document', '/picture'],
  ] as const)('%s: what has no room is told to come back, and another kind has its own', async (path, kind, other) => {
    await fill(path, kind);
    expect(await sendWhole(other, 2)).toBe(true);
  });

  it('is free again when a sender gives up', async () => {
    const [first] = await fill('/picture', 'picture');
    first?.destroy();
    await eventually('there is room again', () => sendWhole('/picture', 10 * MEBIBYTE));
  });

  it('is free again when a body is answered', async () => {
    const [first] = await fill('/picture', 'picture');
    first?.end(Buffer.alloc(10 * MEBIBYTE));
    await eventually('there is room again', () => sendWhole('/picture', 10 * MEBIBYTE));
  });
});
