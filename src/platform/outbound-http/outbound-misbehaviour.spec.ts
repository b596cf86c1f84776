import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  closeServers,
  drip,
  failureOf,
  listenHttp,
  listenRaw,
  repeat,
  rigFor,
} from '../../../test/support/outbound-rig.js';

afterEach(closeServers);

describe('OutboundHttp with a partner that misbehaves', () => {
  const HEAD = 'HTTP/1.1 200 OK\r\n';

  it.each<[string, (socket: Socket) => void]>([
    ['never answers', () => undefined],
    ['sends its head a byte at a time', (socket) => drip(socket, `${HEAD}x-long: ${'a'.repeat(4000)}\r\n\r\n`)],
    [
      'sends its body a byte at a time',
      (socket) => void socket.write(`${HEAD}content-length: 9999\r\n\r\n`, () => drip(socket, 'a'.repeat(9999))),
    ],
    ['stops in the middle of the body', (socket) => void socket.write(`${HEAD}content-length: 10\r\n\r\nabc`)],
    [
      'stops between two chunks',
      (socket) => void socket.write(`${HEAD}transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n`),
    ],
    [
      'only ever says 102 Processing',
      (socket) => drip(socket, Array<string>(999).fill('HTTP/1.1 102 Processing\r\n\r\n')),
    ],
  ])('runs into the deadline: %s', async (_name, speak) => {
    const port = await listenRaw(speak);
    const rig = rigFor(port);
    const startedAt = performance.now();
    expect(await failureOf(rig.send('/', { timeoutMs: 200 }))).toMatchObject({ code: 'timeout', retryable: true });
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect(rig.calls).toMatchObject([{ error: 'timeout' }]);
  });

  it.each<[string, (socket: Socket) => void]>([
    ['1 GB announced', (socket) => void socket.write(`${HEAD}content-length: 1073741824\r\n\r\n`)],
    ['1 GB sent', (socket) => void socket.write(`${HEAD}\r\n`, () => repeat(socket, 'a'.repeat(65_536)))],
    [
      'endless chunks',
      (socket) =>
        void socket.write(`${HEAD}transfer-encoding: chunked\r\n\r\n`, () =>
          repeat(socket, '1000\r\n' + 'a'.repeat(4096) + '\r\n'),
        ),
    ],
    [
      'endless tiny chunks',
      (socket) =>
        void socket.write(`${HEAD}transfer-encoding: chunked\r\n\r\n`, () => repeat(socket, '1\r\na\r\n'.repeat(1000))),
    ],
    ['a head of 1 MB', (socket) => repeat(socket, `x-a: ${'a'.repeat(1000)}\r\n`, HEAD)],
    ['garbage', (socket) => void socket.end('\0\u0001garbage garbage\r\n\r\n')],
    ['another protocol', (socket) => void socket.end('SSH-2.0-OpenSSH_9.6\r\n')],
    ['two lengths that differ', (socket) => void socket.end(`${HEAD}content-length: 1\r\ncontent-length: 2\r\n\r\nab`)],
    ['a bad chunk size', (socket) => void socket.end(`${HEAD}transfer-encoding: chunked\r\n\r\nzz\r\nab\r\n`)],
    ['a header with a bare line feed inside', (socket) => void socket.end(`${HEAD}x-a: b\nc: d\r\n\r\n`)],
  ])('T110 is not understood: %s', async (_name, speak) => {
    const port = await listenRaw(speak);
    const before = process.memoryUsage().rss;
    const failure = await failureOf(rigFor(port).send('/', { maxResponseBytes: 100_000, timeoutMs: 5_000 }));
    expect(failure).toMatchObject({ code: 'unintelligible', retryable: false });
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024);
  });

  it('is not understood when it compresses unasked', async () => {
    const bomb = gzipSync(Buffer.alloc(10_000_000));
    const port = await listenHttp((_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
    );
    expect(await failureOf(rigFor(port).send('/'))).toMatchObject({
      code: 'unintelligible',
      details: { httpStatus: 200 },
    });
  });

  it.each<[string, (socket: Socket) => void]>([
    ['resets before an answer', (socket) => void socket.resetAndDestroy()],
    ['closes before an answer', (socket) => void socket.end()],
    ['says 100 Continue unasked', (socket) => void socket.write('HTTP/1.1 100 Continue\r\n\r\n')],
    [
      'resets in the body',
      (socket) => void socket.write(`${HEAD}content-length: 10\r\n\r\nabc`, () => socket.resetAndDestroy()),
    ],
    ['closes in the body', (socket) => void socket.end(`${HEAD}content-length: 10\r\n\r\nabc`)],
    [
      'says that it closes, and closes in the body',
      (socket) => void socket.end(`${HEAD}connection: close\r\ncontent-length: 10\r\n\r\nabc`),
    ],
    [
      'says that it closes, and closes between chunks',
      (socket) => void socket.end(`${HEAD}connection: close\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n`),
    ],
    ['closes between chunks', (socket) => void socket.end(`${HEAD}transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n`)],
  ])('is unreachable and is not asked twice: %s', async (_name, speak) => {
    let connections = 0;
    const port = await listenRaw((socket) => {
      connections += 1;
      speak(socket);
    });
    expect(await failureOf(rigFor(port).send('/'))).toMatchObject({ code: 'unreachable', retryable: true });
    expect(connections).toBe(1);
  });

  it('is unreachable when nobody listens', async () => {
    const failure = await failureOf(rigFor(9).send('/secret-path?token=secret'));
    expect(failure).toMatchObject({ code: 'unreachable', message: expect.stringContaining('ECONNREFUSED') });
  });

  it('leaves no bytes of its answer, no path and no query in the error', async () => {
    const port = await listenRaw((socket) => void socket.end('Ana Demo 1990-01-01\r\n\r\n'));
    const failure = await failureOf(rigFor(port).send('/secret-path?token=secret'));
    expect(failure.message + JSON.stringify(failure) + String(failure.cause)).not.toMatch(/Ana|secret/);
  });
});
