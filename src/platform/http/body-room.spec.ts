import { request as httpRequest, type ClientRequest } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ExecutionContext } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { Subject, type Observable } from 'rxjs';
import { eventually } from '../../../scripts/harness/eventually.js';
import type { Config } from '../config/config.js';
import { Problem } from '../errors/problem.js';
import { addBodyParsers } from './body-parsers.js';
import { BODY_ROOM, BodyRoom, BodyShare, HOLDS_BODIES, readBody, type BodyKind } from './body-room.js';
import { createFastifyAdapter } from './server.js';

const MEBIBYTE = 1024 * 1024;
/** Whoever waits for the body does not answer. */
const UNANSWERED_MS = 20_000;
const config = { TRUST_PROXY_HOPS: 0, REQUEST_TIMEOUT_SECONDS: 30 } as Config;

let server: FastifyInstance;
let begun: ClientRequest[];
let sockets: Socket[];
let letIn: boolean;
/** What the guards wait for. */
let guardsRun: Promise<void>;
let counted: { guarded: number; reading: number; read: number; closed: number };

beforeEach(async () => {
  begun = [];
  sockets = [];
  letIn = true;
  guardsRun = Promise.resolve();
  // Of this server alone: what is left of the one before may still end.
  const count = (counted = { guarded: 0, reading: 0, read: 0, closed: 0 });
  server = createFastifyAdapter(config).getInstance();
  addBodyParsers(server);
  server.setErrorHandler((error, _request, reply) =>
    reply.status(error instanceof Problem ? error.status : 500).send(),
  );
  server.addHook('onRequest', (_request, reply, done) => {
    reply.raw.once('close', () => (count.closed += 1));
    done();
  });
  // Where Nest runs its guards.
  server.addHook('preHandler', async () => {
    count.guarded += 1;
    await guardsRun;
    if (!letIn) throw new Problem('flow_ended');
  });
  const sizeOf = (kind: 'picture' | 'push') => async (request: Parameters<typeof readBody>[0]) => {
    count.reading += 1;
    const { length } = await readBody(request, { kind, maxBytes: 10 * MEBIBYTE });
    count.read += 1;
    return { bytes: length };
  };
  server.post('/picture', sizeOf('picture'));
  server.post('/push', { config: { ofPartners: true } }, sizeOf('push'));
  server.post('/waits', () => new Promise(() => undefined));
  server.post('/document', async (request) => ({ is: request.body }));
  await server.listen({ port: 0, host: '127.0.0.1' });
});
afterEach(async () => {
  for (const one of [...begun, ...sockets]) one.destroy();
  await server.close();
});

const TYPES = { '/picture': 'image/jpeg', '/push': 'application/json', '/document': 'application/json' } as const;
const EACH = { '/picture': 10 * MEBIBYTE, '/push': 10 * MEBIBYTE, '/document': 256 * 1024 } as const;
type Path = keyof typeof TYPES;
const ZEROS = Buffer.alloc(10 * MEBIBYTE);

/** Sends the head alone. */
function begin(path: Path, bytes: number): Promise<number | undefined> & { sent: ClientRequest } {
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

/** As many as have room, and one more. */
const tooMany = (path: Path, kind: BodyKind): null[] =>
  Array.from({ length: Math.floor(BODY_ROOM[kind] / EACH[path]) + 1 }, () => null);

/** Sends all but the last byte of as many bodies as have room and of one more, which is refused; gives the others. */
async function fill(path: Path, kind: BodyKind): Promise<ClientRequest[]> {
  const all = tooMany(path, kind).map(() => begin(path, EACH[path]));
  for (const { sent } of all) sent.write(ZEROS.subarray(0, EACH[path] - 1));
  const refused = await Promise.race(all.map((one) => one.then((status) => ({ status, sent: one.sent }))));
  expect(refused.status).toBe(503);
  return all.flatMap(({ sent }) => (sent === refused.sent ? [] : [sent]));
}

const sendWhole = async (path: Path, bytes: number): Promise<boolean> => {
  const one = begin(path, bytes);
  one.sent.end(Buffer.alloc(bytes, '1'));
  return (await one) === 200;
};

/** Bytes as they are, on a connection of their own. */
function raw(...bytes: (string | Buffer)[]): Socket {
  const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1').on('error', () => undefined);
  sockets.push(socket);
  for (const piece of bytes) socket.write(piece);
  return socket;
}

const head = (path: string, ...more: string[]): string =>
  [`POST ${path} HTTP/1.1`, 'Host: x', ...more, '', ''].join('\r\n');

describe('a body that may be large (T87)', () => {
  it.each(['/picture', '/push'] as const)('%s: a guard refuses before a byte of it is sent', async (path) => {
    letIn = false;
    expect(await begin(path, 9 * MEBIBYTE)).toBe(401);
  });

  it.each(['/picture', '/push'] as const)('%s: larger than it may be, it is refused unread', async (path) => {
    expect(await begin(path, 10 * MEBIBYTE + 1)).toBe(413);
  });

  it('leaves its connection usable when it is refused half read', async () => {
    const chunk = `${ZEROS.length.toString(16)}\r\n${ZEROS.toString('latin1')}\r\n`;
    const large = [
      head('/picture', 'Content-Type: image/jpeg', 'Transfer-Encoding: chunked'),
      chunk,
      chunk,
      '0\r\n\r\n',
    ];
    const next = head('/document', 'Content-Type: application/json', 'Content-Length: 1', 'Connection: close') + '1';
    const answers = await text(raw(...large, next));
    expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 413', 'HTTP/1.1 200']);
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
    first?.end(Buffer.alloc(1));
    await eventually('there is room again', () => sendWhole('/picture', 10 * MEBIBYTE));
  });

  it.each(['/document', '/nowhere'])('%s: a type without a body takes none', async (path) => {
    for (const _ of tooMany('/document', 'document'))
      await text(raw(head(path, 'Content-Type: application/json', 'Connection: close')));
    expect(await sendWhole('/document', 1)).toBe(true);
  });

  it('is not taken by what is announced and does not come', async () => {
    const all = tooMany('/push', 'push').map(() => begin('/push', 10 * MEBIBYTE));
    await eventually('all are being read', async () => counted.reading === all.length);
    expect(await sendWhole('/push', 10 * MEBIBYTE)).toBe(true);
  });

  it('is not taken for a sender who left while the guards ran', async () => {
    let goOn = (): void => undefined;
    guardsRun = new Promise((resolve) => (goOn = resolve));
    const all = tooMany('/picture', 'picture').map(() => begin('/picture', 10 * MEBIBYTE));
    for (const { sent } of all) sent.write(ZEROS.subarray(0, 1_000));
    await eventually('all are asked by the guards', async () => counted.guarded === all.length);
    for (const { sent } of all) sent.destroy();
    await eventually('all have left', async () => counted.closed === all.length);
    goOn();
    guardsRun = Promise.resolve();
    expect(await sendWhole('/picture', 10 * MEBIBYTE)).toBe(true);
    await takesAll('/picture', 'picture');
  });

  it('is free again when the connection breaks before a pipelined request has its answer', async () => {
    const first = head('/waits');
    const second = head('/push', 'Content-Type: application/json', `Content-Length: ${10 * MEBIBYTE}`);
    const all = tooMany('/push', 'push')
      .slice(1)
      .map(() => raw(first, second, ZEROS));
    await eventually('all are read', async () => counted.read === all.length);
    for (const socket of all) socket.resetAndDestroy();
    await eventually('there is room again', () => sendWhole('/push', 10 * MEBIBYTE));
    await takesAll('/push', 'push');
  });

  it('stays taken while a handler works with what a sender sent who has left', () => {
    const room = new BodyRoom();
    const share = new BodyShare(room);
    const work = new Subject<string>();
    const context = {
      switchToHttp: () => ({ getRequest: () => ({ bodyShare: share }) }),
    } as unknown as ExecutionContext;
    const handled = HOLDS_BODIES.intercept(context, { handle: () => work }) as Observable<unknown>;
    handled.subscribe();
    share.charge('push', BODY_ROOM.push);
    share.close();
    expect(() => room.take('push', 1)).toThrow('dependency_unavailable');
    work.complete();
    room.take('push', BODY_ROOM.push);
    share.close();
    expect(() => room.take('push', 1)).toThrow('dependency_unavailable');
    expect(() => share.charge('document', 1)).toThrow('malformed_body');
  });
});

/** Nothing of the room is missing: as many bodies as it is for are in it at once. */
async function takesAll(path: Path, kind: BodyKind): Promise<void> {
  const before = counted.reading;
  const all = tooMany(path, kind)
    .slice(1)
    .map(() => begin(path, EACH[path]));
  await eventually('all are being read', async () => counted.reading === before + all.length);
  for (const { sent } of all) sent.write(ZEROS.subarray(0, EACH[path] - 1));
  for (const { sent } of all) sent.end(Buffer.alloc(1));
  expect(await Promise.all(all)).toEqual(all.map(() => 200));
}
