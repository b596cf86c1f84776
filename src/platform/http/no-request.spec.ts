import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fastifyFactory from 'fastify';
import { text } from 'node:stream/consumers';
import { answerNoRequest } from './no-request.js';

const CHUNKED = 'POST /open HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n';

const server = fastifyFactory({
  clientErrorHandler: answerNoRequest('https://recover.example.org/docs/errors'),
  requestTimeout: 200,
  http: { headersTimeout: 100, connectionsCheckingInterval: 20 },
});
server.get('/open', (_request, reply) => {
  reply.hijack();
  reply.raw.writeHead(200, { 'content-type': 'text/plain' }).write('begun');
});
server.post('/open', async () => 'taken');
let port: number;

beforeAll(async () => {
  await server.listen({ port: 0, host: '127.0.0.1' });
  port = (server.server.address() as { port: number }).port;
});
afterAll(() => server.close());

async function answerTo(bytes: string): Promise<{ head: string; body: string }> {
  const socket = connect(port, '127.0.0.1');
  socket.write(bytes, 'latin1');
  const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
  return { head, body };
}

describe('bytes that are no HTTP', () => {
  it.each([
    ['another protocol', 'GET /recover HTTP/9.9\r\nHost: x\r\n\r\n'],
    ['TLS', '\u0016\u0003\u0001\u0002\u0000\u0001\u0000'],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n'],
  ])(
    '%s: are answered by a problem document, which says nothing of them, and the connection ends',
    async (_name, bytes) => {
      const { head, body } = await answerTo(bytes);
      expect(head).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
      expect(head).toContain('\r\nContent-Type: application/problem+json; charset=utf-8');
      expect(head).toContain('\r\nConnection: close');
      expect(head).toContain(`\r\nContent-Length: ${Buffer.byteLength(body)}`);
      expect(JSON.parse(body)).toEqual({
        type: 'https://recover.example.org/docs/errors#invalid_request',
        title: 'The request is not valid.',
        status: 400,
        code: 'invalid_request',
        instance: expect.stringMatching(/^urn:regain:request:\S+$/),
        detail: 'The bytes are not an HTTP request.',
      });
    },
  );

  it('behind a request whose answer has begun are written into no answer, and the connection ends', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.write('GET /open HTTP/1.1\r\nHost: x\r\n\r\n');
    let received = '';
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      if (received === '') socket.write('no request\r\n\r\n');
      received += chunk.toString('latin1');
    });
    await once(socket, 'close');
    expect(received).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(received).not.toMatch(/400|problem/);
  });

  it.each([
    ['too long a head', 431, 'headers_too_large', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`],
    ['too long an extension of a chunk', 413, 'body_too_large', `${CHUNKED}1;${'x'.repeat(20_000)}\r\nx\r\n0\r\n\r\n`],
    ['a head that does not end', 408, 'request_timeout', 'GET / HTTP/1.1\r\nHost: '],
    ['a body that does not end', 408, 'request_timeout', `${CHUNKED}9\r\nx`],
  ])('%s: %i with the document of its own kind (%s)', async (_name, status, code, bytes) => {
    const { head, body } = await answerTo(bytes);
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(head).toContain('\r\nContent-Type: application/problem+json; charset=utf-8');
    expect(JSON.parse(body)).toMatchObject({ type: `https://recover.example.org/docs/errors#${code}`, status, code });
    expect(head.includes('\r\nRetry-After: 5\r\n')).toBe(status === 408);
  });
});
