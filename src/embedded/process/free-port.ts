import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/**
 * Asks the kernel for a TCP port that is free now on the given address. Somebody else can take it before it is used:
 * be ready to try again.
 */
export async function pickFreePort(host = '127.0.0.1'): Promise<number> {
  const server = createServer();
  server.listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
