import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { type HttpRequest, ProviderError } from '../../providers/kit/index.js';
import {
  type OutboundCall,
  OutboundHttp,
  type OutboundHttpOptions,
} from '../../src/platform/outbound-http/outbound-http.js';

/** Exists in no DNS: whoever reaches a server under this name got there by the stub resolver's answer alone. */
export const HOST = 'simulator.test';
const closers: (() => void)[] = [];

/** Ends every server of this rig, connections included. */
export function closeServers(): void {
  for (const close of closers.splice(0)) close();
}

export async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

/** Speaks raw bytes once a request head has arrived. */
export function listenRaw(speak: (socket: Socket) => void): Promise<number> {
  return listen(createTcpServer((socket) => void socket.once('data', () => speak(socket))));
}

export function listenHttp(handler: RequestListener): Promise<number> {
  return listen(createHttpServer(handler));
}

export interface Rig {
  calls: OutboundCall[];
  resolved: string[];
  send(path: string, over?: Partial<HttpRequest>): ReturnType<OutboundHttp['send']>;
}

export function rigFor(port: number, over: OutboundHttpOptions = {}): Rig {
  const calls: OutboundCall[] = [];
  const resolved: string[] = [];
  const http = new OutboundHttp({
    allowedPlainOrigins: [`http://${HOST}:${port}`],
    resolveHost: (hostname) => {
      resolved.push(hostname);
      return Promise.resolve(['127.0.0.1']);
    },
    onCall: (call) => calls.push(call),
    ...over,
  });
  const send = (path: string, request: Partial<HttpRequest> = {}) =>
    http.send({ method: 'GET', url: `http://${HOST}:${port}${path}`, ...request });
  return { calls, resolved, send };
}

export async function failureOf(call: Promise<unknown>): Promise<ProviderError> {
  const outcome: unknown = await call.catch((error: unknown) => error);
  if (!(outcome instanceof ProviderError)) throw new Error('The call did not fail with a ProviderError.');
  return outcome;
}

/** One byte, or one text of several, every 10 ms. */
export function drip(socket: Socket, text: ArrayLike<string>): void {
  let at = 0;
  const timer = setInterval(() => socket.write(text[at++] ?? ''), 10);
  socket.once('close', () => clearInterval(timer));
}

/** Writes for as long as the other side takes it, up to 1 GiB. */
export function repeat(socket: Socket, text: string, first = ''): void {
  let left = 1024 * 1024 * 1024;
  if (first) socket.write(first);
  const more = (): void => {
    while (left > 0 && !socket.destroyed) {
      left -= text.length;
      if (!socket.write(text)) {
        socket.once('drain', more);
        return;
      }
    }
  };
  more();
}
