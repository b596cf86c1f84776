import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../config/config.js';
import { Problem } from '../errors/problem.js';
import { refuseIncompleteHeads } from './request-heads.js';
import { createFastifyAdapter } from './server.js';

const config = { TRUST_PROXY_HOPS: 0, REQUEST_TIMEOUT_SECONDS: 30 } as Config;
const server: FastifyInstance = createFastifyAdapter(config).getInstance();

beforeAll(async () => {
  refuseIncompleteHeads(server);
  server.setErrorHandler((error, _request, reply) =>
    error instanceof Problem ? reply.status(error.status).send(`${error.code} ${error.options.detail ?? ''}`) : error,
  );
  server.post('/', async () => 'taken');
  await server.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(() => server.close());

async function answerTo(version: string, ...headers: string[]): Promise<[status: string, body: string]> {
  const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1');
  const lines = [`POST / HTTP/${version}`, 'Connection: close', 'Content-Length: 0', ...headers];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  const [head = '', body = ''] = (await text(socket)).replace('HTTP/1.1 100 Continue\r\n\r\n', '').split('\r\n\r\n');
  return [head.split(' ')[1] ?? '', body];
}

describe('a head that Node.js would refuse by itself, without a body', () => {
  it('HTTP/1.1 without Host gets to our own errors', async () => {
    expect(await answerTo('1.1')).toEqual(['400', 'invalid_request The header Host is missing.']);
  });

  it.each(['tea', '100-continue, tea'])('Expect: %s gets to our own errors', async (expected) => {
    expect(await answerTo('1.1', 'Host: x', `Expect: ${expected}`)).toEqual(['417', 'expectation_failed ']);
  });

  it.each([
    ['1.0', []],
    ['1.1', ['Host: x']],
    ['1.1', ['Host: x', 'Expect: 100-continue']],
    ['1.1', ['Host: x', 'Expect: 100-Continue']],
  ])('HTTP/%s with %j is taken', async (version, headers) => {
    expect(await answerTo(version, ...headers)).toEqual(['200', 'taken']);
  });
});
