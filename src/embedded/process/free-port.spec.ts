import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it } from '@jest/globals';
import { pickFreePort } from './free-port.js';

it('picks a port that can be listened on', async () => {
  const port = await pickFreePort();
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  server.close();
  await once(server, 'close');
  expect(port).toBeGreaterThan(1023);
});
