import { EventEmitter, once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../config/config.js';
import { createFastifyAdapter } from './server.js';

describe('a server that is asked to stop', () => {
  it('answers what still comes on a connection that is at work, and says that it was the last (F36)', async () => {
    const config = { TRUST_PROXY_HOPS: 0, REQUEST_TIMEOUT_SECONDS: 30 } as Config;
    const fastify: FastifyInstance = createFastifyAdapter(config).getInstance();
    const moments = new EventEmitter();
    fastify.get('/slow', async () => {
      moments.emit('begun');
      await once(moments, 'go on');
      return 'slow';
    });
    fastify.get('/next', async () => 'next');
    await fastify.listen({ port: 0, host: '127.0.0.1' });
    const socket = connect((fastify.server.address() as AddressInfo).port, '127.0.0.1');
    let text = '';
    socket.on('data', (bytes) => (text += bytes.toString()));
    const begun = once(moments, 'begun');
    socket.write('GET /slow HTTP/1.1\r\nhost: a\r\n\r\n');
    await begun;
    const closed = fastify.close();
    socket.write('GET /next HTTP/1.1\r\nhost: a\r\n\r\n');
    setImmediate(() => moments.emit('go on'));
    await Promise.all([closed, once(socket, 'close')]);
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200']);
    expect(text.toLowerCase().split('http/1.1').at(-1)).toContain('connection: close');
  });
});
